"""Test vectors for walls, worked out another way than the code does it: prints walls.json.

For points of the picture of a screen they say what of the world is to be seen there. The picture's corners are found by
hand for each turn, rotations are matrices, and no frustum is built.
"""

import cmath
import json
import math
import random

rnd = random.Random(20261130)
POINTS = [(-1, -1), (1, -1), (-1, 1), (1, 1), (0, 0), (0.3, -0.7)]


def r(value):
    return round(value, 9)


def matrix(axis, angle):
    c, s = math.cos(angle), math.sin(angle)
    return {
        "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }[axis]


def times(m, v):
    return [sum(m[i][k] * v[k] for k in range(3)) for i in range(3)]


def unit(v):
    length = math.sqrt(sum(x * x for x in v))
    return [r(x / length) for x in v]


def orientation():
    """A turn about an axis, as a quaternion and as a matrix (Rodrigues)."""
    axis = [rnd.uniform(-1, 1) for _ in range(3)]
    length = math.sqrt(sum(x * x for x in axis))
    x, y, z = (a / length for a in axis)
    angle = rnd.uniform(0, 3)
    c, s = math.cos(angle), math.sin(angle)
    m = [
        [c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s],
        [y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s],
        [z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)],
    ]
    h = math.sin(angle / 2)
    return [x * h, y * h, z * h, math.cos(angle / 2)], m


def on_wall(part, u, v):
    """The point of the wall, from its upper left, at u and v of the picture: -1 to 1, right and up."""
    x, y, w, h, turn = part["x"], part["y"], part["width"], part["height"], part["turn"]
    right, down = (u + 1) / 2, (1 - v) / 2
    if turn == 0:
        return x + right * w, y + down * h
    if turn == 90:  # its upper left corner is at the upper right of the rectangle, its right edge at the bottom
        return x + w - down * w, y + right * h
    if turn == 180:
        return x + w - right * w, y + h - down * h
    return x + down * w, y + h - right * h


def a_part(wall, turn):
    w, h = wall
    width, height = rnd.uniform(0.1, 0.5) * w, rnd.uniform(0.1, 0.5) * h
    return {
        "x": rnd.uniform(0, w - width),
        "y": rnd.uniform(0, h - height),
        "width": width,
        "height": height,
        "turn": turn,
    }


def parts():
    for turn in (0, 90, 180, 270) * 2:
        wall = [rnd.uniform(500, 8000), rnd.uniform(500, 4000)]
        part = a_part(wall, turn)
        own = (part["width"], part["height"]) if turn % 180 == 0 else (part["height"], part["width"])
        per_unit = rnd.uniform(0.2, 3)
        whole = {"center": [rnd.uniform(-1e4, 1e4), rnd.uniform(-1e4, 1e4)], "zoom": rnd.uniform(0.05, 20),
                 "rotation": rnd.uniform(-4, 4)}
        points = []
        for u, v in POINTS:
            wx, wy = on_wall(part, u, v)
            turned = complex(wx - wall[0] / 2, wy - wall[1] / 2) * cmath.exp(-1j * whole["rotation"]) / whole["zoom"]
            points.append({"at": [u, v], "world": [r(whole["center"][0] + turned.real), r(whole["center"][1] + turned.imag)]})
        yield {"wall": wall, "part": part, "pixels": [own[0] * per_unit, own[1] * per_unit], "whole": whole, "points": points}


def windows():
    for turn in (0, 0, 90, 180, 270, 33):
        quaternion, m = orientation()
        screen = {"middle": [rnd.uniform(-2000, 2000), rnd.uniform(-800, 800), rnd.uniform(-500, 500)],
                  "yaw": rnd.uniform(-1, 1), "pitch": rnd.uniform(-0.6, 0.6), "turn": math.radians(turn),
                  "width": rnd.uniform(300, 2000), "height": rnd.uniform(300, 1500)}
        eye = [rnd.uniform(-800, 800), rnd.uniform(-400, 400), rnd.uniform(2500, 6000)]
        points = []
        for u, v in POINTS:
            p = times(matrix("z", -screen["turn"]), [u * screen["width"] / 2, v * screen["height"] / 2, 0])
            p = times(matrix("y", screen["yaw"]), times(matrix("x", screen["pitch"]), p))
            ray = [p[i] + screen["middle"][i] - eye[i] for i in range(3)]
            points.append({"at": [u, v], "ray": unit(times(m, ray))})
        yield {"screen": screen, "eye": eye, "orientation": quaternion, "points": points}


def cuts():
    for n, kind in enumerate(["perspective", "frustum", "orthographic", "perspective"] * 4):
        quaternion, m = orientation()
        wall = [rnd.uniform(1000, 8000), rnd.uniform(500, 4000)]
        part = a_part(wall, (n % 4) * 90)
        fit = ["contain", "cover"][n // 8]
        cx = cy = 0
        if kind == "perspective":
            projection = {"type": kind, "yfov": rnd.uniform(0.2, 2), "znear": 0.1}
            high = math.tan(projection["yfov"] / 2)
            wide = high * wall[0] / wall[1]
            if n % 4 == 3:
                projection["aspectRatio"] = rnd.uniform(0.5, 3)
                wide = high * projection["aspectRatio"]
        elif kind == "frustum":
            left, bottom = rnd.uniform(-0.3, -0.05), rnd.uniform(-0.3, -0.05)
            right, top = rnd.uniform(0.02, 0.4), rnd.uniform(0.02, 0.4)
            projection = {"type": kind, "left": left, "right": right, "bottom": bottom, "top": top, "znear": 0.2, "zfar": 500}
            wide, high = (right - left) / 2 / 0.2, (top - bottom) / 2 / 0.2
            cx, cy = (right + left) / 2 / 0.2, (top + bottom) / 2 / 0.2
        else:
            projection = {"type": kind, "xmag": rnd.uniform(1, 9), "ymag": rnd.uniform(1, 9), "znear": 0.1, "zfar": 100}
            wide, high = projection["xmag"], projection["ymag"]
        # how much of the camera's picture lies on a unit of the wall
        options = [2 * wide / wall[0], 2 * high / wall[1]]
        scale = max(options) if fit == "contain" else min(options)
        points = []
        for u, v in POINTS:
            wx, wy = on_wall(part, u, v)
            x, y = cx + (wx - wall[0] / 2) * scale, cy + (wall[1] / 2 - wy) * scale
            if kind == "orthographic":
                points.append({"at": [u, v], "from": [r(c) for c in times(m, [x, y, 0])]})
            else:
                points.append({"at": [u, v], "ray": unit(times(m, [x, y, -1]))})
        yield {"wall": wall, "part": part, "fit": fit, "projection": projection, "orientation": quaternion, "points": points}


print(json.dumps({"parts": list(parts()), "windows": list(windows()), "cuts": list(cuts())}, indent=1))
