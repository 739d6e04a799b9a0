// As much of node:fs as the script's tests use, for a page: files of the host that serves it.

function get(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  return request;
}

export function existsSync(url) {
  return get(url).status === 200;
}

export function readFileSync(url) {
  const request = get(url);
  if (request.status !== 200) throw new Error(`${url}: ${request.status}`);
  return request.responseText;
}
