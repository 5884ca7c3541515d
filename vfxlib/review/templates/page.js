(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const viewer = document.getElementById("viewer");
  const find = (what) => viewer.querySelector(what);
  const stage = find(".stage"), sheet = find(".sheet"), under = find(".under"), caption = find(".caption");
  const slider = find("[data-do=frame]"), wiper = find("[data-do=wiper]");
  const before = data.layers[0];
  let frame = Math.max(0, data.frames.findIndex((each) => each.n === data.shown[1]));
  let layer = Math.max(0, data.layers.findIndex((each) => each.key === data.shown[0]));
  let wiping = false, zoomed = false;

  const add = (kind, name) => {
    const made = document.createElement(kind);
    made.className = name;
    made.hidden = true;
    sheet.append(made);
    return made;
  };
  const over = add("img", "over"), edge = add("div", "edge"), left = add("div", "side left"), right = add("div", "side right");
  over.alt = "";
  over.width = under.width;
  over.height = under.height;
  over.draggable = under.draggable = false;
  left.textContent = before.name;
  sheet.style.setProperty("--aspect", under.getAttribute("width") / under.getAttribute("height"));
  sheet.style.setProperty("--zoomed", `${2 * under.getAttribute("width")}px`);

  const file = (which, at) => `${data.folder}/${which.key}.${data.frames[at].n}.png`;
  const swap = (image, source) => { if (image.getAttribute("src") !== source) image.src = source; };
  const ahead = new Image();

  function draw() {
    const here = data.frames[frame], what = data.layers[layer];
    swap(under, file(what, frame));
    under.alt = `frame ${here.n}, ${what.name}`;
    if (wiping) swap(over, file(before, frame));
    for (const each of [over, edge, left, right]) each.hidden = !wiping;
    right.textContent = what.name;
    viewer.classList.toggle("wiping", wiping);
    viewer.classList.toggle("zoomed", zoomed);
    find(".wiper").hidden = !wiping;
    const words = `frame ${here.n}, ${wiping ? `${before.name} | ` : ""}${what.name}${here.note ? `, ${here.note}` : ""}`;
    caption.textContent = words + (here.marks ? ` [${here.marks}]` : "");
    slider.value = frame;
    slider.setAttribute("aria-valuetext", words);
    for (const each of viewer.querySelectorAll("[data-layer]")) each.setAttribute("aria-pressed", String(each.dataset.layer === what.key));
    find("[data-do=wipe]").setAttribute("aria-pressed", String(wiping));
    find("[data-do=zoom]").setAttribute("aria-pressed", String(zoomed));
    for (const each of viewer.querySelectorAll("[data-of]")) each.hidden = each.dataset.of !== what.key;
    for (const each of document.querySelectorAll("svg[data-first]")) {
      const of = each.dataset, cursor = each.querySelector(".cursor");
      const span = of.last - of.first, x = +of.left + (span ? (here.n - of.first) / span : 0.5) * (of.right - of.left);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      cursor.setAttribute("visibility", "visible");
    }
    for (const each of document.querySelectorAll(".strips .current")) each.classList.remove("current");
    document.getElementById(`f${here.n}`)?.classList.add("current");
    if (frame + 1 < data.frames.length) ahead.src = file(what, frame + 1);
  }

  const go = (to) => { frame = Math.min(Math.max(to, 0), data.frames.length - 1); draw(); };
  const choose = (to) => { if (to >= 0 && to < data.layers.length) { layer = to; draw(); } };
  const wipe = () => { wiping = !wiping; draw(); };
  const zoom = () => { zoomed = !zoomed; draw(); };
  const marked = (way) => {
    const count = data.frames.length;
    for (let step = 1; step <= count; step++) {
      const index = ((frame + way * step) % count + count) % count;
      if (data.frames[index].marks) return go(index);
    }
  };
  const place = (share) => { wiper.value = share; sheet.style.setProperty("--wipe", `${share}%`); };

  for (const each of viewer.querySelectorAll(".controls")) each.hidden = false;
  slider.addEventListener("input", () => go(+slider.value));
  wiper.addEventListener("input", () => place(+wiper.value));
  const deeds = { back: () => go(frame - 1), on: () => go(frame + 1), next: () => marked(1), wipe, zoom };
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.layer) choose(data.layers.findIndex((each) => each.key === button.dataset.layer));
    else deeds[button.dataset.do]?.();
  });

  const drag = (event) => {
    const box = under.getBoundingClientRect();
    place(Math.round(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * 1000) / 10);
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (!wiping || event.button) return;
    sheet.setPointerCapture(event.pointerId);
    drag(event);
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", (event) => { if (wiping && event.buttons) drag(event); });

  const show = (number) => {
    const at = data.frames.findIndex((each) => each.n === number);
    if (at < 0) return false;
    go(at);
    viewer.scrollIntoView({ block: "start" });
    slider.focus({ preventScroll: true });
    return true;
  };
  for (const each of document.querySelectorAll("a[data-frame]"))
    each.addEventListener("click", (event) => { if (show(+each.dataset.frame)) event.preventDefault(); });
  for (const each of document.querySelectorAll("svg[data-first]"))
    each.addEventListener("click", (event) => {
      const of = each.dataset, box = each.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * each.viewBox.baseVal.width;
      const number = +of.first + (x - of.left) / (of.right - of.left) * (of.last - of.first);
      const near = data.frames.reduce((best, one, at) => Math.abs(one.n - number) < Math.abs(data.frames[best].n - number) ? at : best, 0);
      go(near);
    });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const on = event.target;
    if (on.tagName === "VIDEO" || on.closest?.(".wide") || /^(Home|End)$/.test(event.key) && !viewer.contains(on) || on === wiper && !"wWzZnNpP123456789".includes(event.key)) return;
    const deed = {
      ArrowLeft: () => go(frame - 1), ArrowRight: () => go(frame + 1), Home: () => go(0), End: () => go(data.frames.length - 1),
      w: wipe, z: zoom, n: () => marked(1), p: () => marked(-1),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (deed) deed();
    else if (/^[1-9]$/.test(event.key)) choose(+event.key - 1);
    else return;
    event.preventDefault();
  });
  place(50);
  draw();
})();
