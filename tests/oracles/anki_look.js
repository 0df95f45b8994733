// Looks at the side of a card that is shown and says what a learner could not see, read or touch.
//
// In: the page. Out: an object of lists, each of short texts, each empty where all is well. `anki_cards.py` runs it.
async () => {
  for (const animation of document.getAnimations()) animation.finish();
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  const found = { wide: [], formulas: [], pictures: [], faint: [], small: [], unseen: [] };
  const page = document.scrollingElement;
  const name = (element) =>
    element.tagName.toLowerCase() + [...element.classList].map((part) => "." + part).join("") +
    " “" + element.textContent.trim().slice(0, 24) + "”";
  const visible = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;

  // ---- wider than the window
  if (page.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > innerWidth + 1);
    found.wide.push(`${page.scrollWidth} px in ${innerWidth}: ${wide.length ? name(wide[wide.length - 1]) : "?"}`);
  }

  // ---- formulas and pictures
  for (const error of document.querySelectorAll("mjx-merror")) found.formulas.push(name(error));
  for (const image of document.images) if (!image.naturalWidth) found.pictures.push(image.getAttribute("src"));

  // ---- text against its ground, by the formula of WCAG 2.2
  const parse = (colour) => {
    const numbers = colour.match(/[\d.]+/g).map(Number);
    return numbers.length === 4 ? numbers : [...numbers, 1];
  };
  const over = (top, ground) => [0, 1, 2].map((part) => top[part] * top[3] + ground[part] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  // What is painted at an element, with `ink` on top: each ancestor with its ground, then faded by its opacity onto what is behind it.
  const painted = (element, ink) => {
    const chain = [];
    for (let at = element; at; at = at.parentElement) chain.unshift(at);
    const paint = (depth, behind) => {
      if (depth === chain.length) return [over(ink, behind), behind];
      const style = getComputedStyle(chain[depth]);
      const [text, ground] = paint(depth + 1, over(parse(style.backgroundColor), behind));
      const share = Number(style.opacity);
      return [over([...text.slice(0, 3), share], behind), over([...ground.slice(0, 3), share], behind)];
    };
    return paint(0, [255, 255, 255, 1]);
  };
  const judge = (element, style, what) => {
    const [text, ground] = painted(element, parse(style.color));
    const ratio = contrast(text, ground);
    if (ratio < 4.5) found.faint.push(`${ratio.toFixed(2)} ${what}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement;
    if (!text.data.trim() || element.closest("script, style, mjx-container")) continue;
    const clear = parse(getComputedStyle(element).color)[3] === 0;
    if (clear || !visible(element)) { found.unseen.push(name(element)); continue; }
    judge(element, getComputedStyle(element), name(element));
    if (/\\[(\[]/.test(text.data) && !element.closest("pre, code")) found.formulas.push("left over: " + text.data.slice(0, 30));
  }
  for (const element of document.querySelectorAll("#qa *, #content *")) {
    // The dots of difficulty are a drawing: the dim ones are meant to be dim.
    if (!visible(element) || element.closest(".difficulty, mjx-container")) continue;
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (/^"\s*[^\s"]/.test(style.content) || /counter/.test(style.content)) judge(element, style, name(element) + pseudo);
    }
  }

  // ---- what a finger must meet
  const article = document.querySelector("article.choice");
  const answered = document.querySelector(".answered");
  const taps = [...document.querySelectorAll("button")];
  if (article && !answered) taps.push(...article.querySelectorAll("ol.options > li"));
  if (answered) taps.push(...document.querySelectorAll("ol.rubric > li.revealed"));
  for (const tap of taps) {
    const box = tap.getBoundingClientRect();
    if (visible(tap) && box.height < 43.5) found.small.push(`${box.height.toFixed(1)} px: ${name(tap)}`);
  }
  return found;
}
