/** A worker that says when a time is over: browsers let the timers of hidden pages run once a minute, and those of workers on time. */

let timer = 0;
self.onmessage = ({ data }) => {
  clearTimeout(timer);
  timer = setTimeout(() => self.postMessage(null), data);
};
