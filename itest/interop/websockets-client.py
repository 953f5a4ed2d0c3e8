"""A display made of the package websockets: websockets-client.py URL SUBPROTOCOL DISPLAY UPDATES

Prints each message it receives as a line of JSON, the subprotocol before them and the close code after them, and closes
when it has so many updates of the cameras tour and stage each.
"""

import asyncio
import json
import sys

import websockets


def show(value):
    print(json.dumps(value), flush=True)


async def follow(url, subprotocol, display, updates):
    left = {"tour": updates, "stage": updates}
    async with websockets.connect(url, subprotocols=[subprotocol]) as socket:
        show({"subprotocol": socket.subprotocol})
        await socket.send(json.dumps({"type": "hello", "display": display}))
        await socket.send(json.dumps({"type": "subscribe", "id": 1, "cameras": ["*"]}))
        while max(left.values()) > 0:
            text = await socket.recv()
            message = json.loads(text)
            show(message)
            if message["type"] == "camera" and message["camera"] in left:
                left[message["camera"]] -= 1
        await socket.close()
        show({"closed": socket.close_code})


asyncio.run(follow(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
