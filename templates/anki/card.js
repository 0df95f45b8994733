// What cards do when they are tapped. Without it they show the same things, all at once and in the order of the bank.
//
// It stands in a page several times: on the front right after what it changes, so that nothing is painted before it, and at the end
// of each back, which holds the front too. On AnkiDroid it runs while the page is still being read, on Anki for the desktop in a page
// that lives from card to card, on AnkiMobile through eval(). So each part finds its elements anew, does what is not yet done, and
// leaves no name behind but `window.cardpress`. ES2015, for old WebViews; two opening braces must not stand side by side.
// The words that learners read are in style.css.
(function () {
  "use strict";

  // false: a tap on an option of a single choice or a true/false marks it, and the learner turns the card over.
  const TURN_ON_TAP = true;
  // Nobody reads a question in less, in milliseconds: a digit let go of before was pressed on the card before.
  const SETTLED = 500;
  // A key that is held comes again sooner than a finger can, in milliseconds.
  const REPEAT = 150;

  const all = (root, selector) => Array.from(root.querySelectorAll(selector));
  // What outlives a card where the page does.
  const page = window.cardpress = window.cardpress || {};
  const platform = document.documentElement.classList;

  // ---- what is kept from front to back

  // Notes the state of a card. False where nothing may be left of it when the back is shown.
  function keep(id, state) {
    const key = "cardpress:" + id;
    const text = JSON.stringify(state);
    const lives = page.kept !== undefined;
    page.kept = page.kept || {};
    page.kept[key] = text;
    try {
      window.sessionStorage.setItem(key, text);
      return true;
    } catch (error) {
      // A card before this one left a mark on the page: then the page is the same on the back.
      return lives;
    }
  }

  // The state of a card of so many options, or null.
  function recall(id, count) {
    const key = "cardpress:" + id;
    let text = null;
    try {
      text = window.sessionStorage.getItem(key);
    } catch (error) {
      // Then the page has it, or nobody.
    }
    try {
      const state = JSON.parse(text || (page.kept || {})[key] || "null");
      const numbers = state && state.order.concat().sort((a, b) => a - b);
      return numbers && numbers.length === count && numbers.every((number, at) => number === at) ? state : null;
    } catch (error) {
      return null;
    }
  }

  // Shows the back, where the app lets a card do so; otherwise the learner does.
  function turn() {
    const android = platform.contains("android") || window.ankidroid || typeof AnkiDroidJS !== "undefined";
    if (android && typeof window.showAnswer === "function") {
      window.showAnswer();
    } else if (typeof window.pycmd === "function") {
      window.pycmd("ans");
    } else if (window.anki && typeof window.sendMessage2 === "function") {
      // AnkiMobile: no documented way, but this is as if the middle of the card were tapped.
      window.sendMessage2("ankitap", "midCenter");
    }
  }

  // Makes an element a control. The class and the handler, each by itself, keep AnkiDroid and AnkiMobile from taking taps for gestures.
  function control(element, role, act) {
    element.setAttribute("role", role);
    element.tabIndex = 0;
    element.classList.add("tappable");
    element.onclick = (event) => {
      const inner = event.target.closest("a, button");
      // A tap on a play button plays; a text being marked is no tap.
      if ((!inner || inner === element) && !String(window.getSelection() || "")) {
        act();
      }
    };
    element.onkeydown = (event) => {
      if (event.target === element && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        event.stopPropagation();
        act();
      }
    };
  }

  // ---- keys: one pair of handlers in a page, those of the card at hand

  function listen(down, up) {
    for (const [name, handler] of [["keydown", down], ["keyup", up]]) {
      document.removeEventListener(name, page[name]);
      page[name] = (event) => {
        const typing = event.target.closest && event.target.closest("input, textarea, [contenteditable]");
        if (handler && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
          handler(event);
        }
      };
      document.addEventListener(name, page[name]);
    }
  }

  // Calls `act` with 0 for the key 1, 1 for 2, up to 9 for 0.
  // Anki for the desktop takes 1 to 7 away at keydown and leaves keyup to the page, so that is what counts. The release of the key that
  // graded the card before arrives here too and must not.
  function listenToDigits(act) {
    const pressed = {};
    const last = {};
    let quietSince = Date.now();
    listen((event) => {
      pressed[event.key] = true;
    }, (event) => {
      const digit = "1234567890".indexOf(event.key);
      if (digit < 0 || event.key.length !== 1) {
        return;
      }
      const now = Date.now();
      const repeated = now - (last[event.key] || 0) < REPEAT;
      const begunHere = pressed[event.key] || now - quietSince >= SETTLED;
      last[event.key] = now;
      delete pressed[event.key];
      if (!begunHere) {
        quietSince = now;
      } else if (!repeated) {
        act(digit);
      }
    });
  }

  // ---- choice cards

  function shuffled(article, count) {
    const order = Array.from({ length: count }, (none, at) => at);
    const { kind, shuffle, keepLast } = article.dataset;
    if (kind === "true-false" || !shuffle) {
      return order;
    }
    for (let at = count - (parseInt(keepLast, 10) || 0) - 1; at > 0; at -= 1) {
      const other = Math.floor(Math.random() * (at + 1));
      [order[at], order[other]] = [order[other], order[at]];
    }
    return order;
  }

  // Order and marks: on the front, and again on the back.
  function choice(article) {
    const list = article.querySelector("ol.options");
    if (!list || list.cardpress) {
      return;
    }
    const options = Array.from(list.children);
    const { id, kind } = article.dataset;
    const many = kind === "multiple-choice";
    const authored = { order: options.map((option, at) => at), chosen: [] };
    const back = article.closest(".answered") !== null;
    let state;
    if (back) {
      state = recall(id, options.length);
    } else {
      state = { order: shuffled(article, options.length), chosen: [] };
      if (!keep(id, state)) {
        state = authored;
        keep(id, state);
      }
    }
    list.cardpress = { options, state, many };
    const { order, chosen } = state || authored;
    order.forEach((at) => list.appendChild(options[at]));

    const mark = () => options.forEach((option, at) => {
      const isChosen = chosen.indexOf(at) >= 0;
      option.classList.toggle("chosen", isChosen);
      option.setAttribute("aria-checked", isChosen);
    });
    list.setAttribute("role", many ? "group" : "radiogroup");
    mark();
    if (back) {
      options.forEach((option) => {
        option.setAttribute("role", many ? "checkbox" : "radio");
        option.setAttribute("aria-disabled", true);
      });
      return;
    }

    const choose = (at) => {
      const place = chosen.indexOf(at);
      if (!many) {
        chosen[0] = at;
      } else if (place < 0) {
        chosen.push(at);
      } else {
        chosen.splice(place, 1);
      }
      mark();
      keep(id, state);
      const check = article.querySelector(".check");
      if (!many && TURN_ON_TAP) {
        turn();
      } else if (many && check) {
        check.hidden = chosen.length === 0;
        check.onclick = turn;
      }
    };
    options.forEach((option, at) => control(option, many ? "checkbox" : "radio", () => choose(at)));
    listenToDigits((digit) => {
      if (document.body.contains(list) && digit < order.length) {
        choose(order[digit]);
      }
    });
  }

  // What came of it: the line on the back, the letters of the right options where they stand now.
  function outcome(article, answer) {
    const list = article.querySelector("ol.options");
    const result = answer.querySelector("#result");
    if (!list || !list.cardpress || !result || result.dataset.result) {
      return;
    }
    listen();
    const shown = Array.from(list.children);
    const right = shown.filter((option) => option.classList.contains("right"));
    const chosen = shown.filter((option) => option.classList.contains("chosen"));
    const hits = chosen.filter((option) => option.classList.contains("right")).length;
    const letters = answer.querySelector(".letters");
    if (letters && !list.classList.contains("verdict")) {
      letters.textContent = right.map((option) => String.fromCharCode(65 + shown.indexOf(option))).join("");
    }
    if (!list.cardpress.state) {
      return; // the back alone: nobody was asked
    }
    let word = "wrong";
    if (chosen.length === 0) {
      word = "none";
    } else if (hits === chosen.length) {
      word = hits === right.length ? "right" : "partly";
    }
    result.dataset.result = word;
    result.hidden = false;
    list.dataset.result = word;
  }

  // ---- written cards: scoring points one at a time, each with the marks that the learner gives

  function written(answer) {
    const section = answer.querySelector("section.rubric");
    const list = section && section.querySelector("ol.rubric");
    const marking = section && section.querySelector(".marking");
    if (!list || !marking || list.cardpress) {
      return;
    }
    list.cardpress = true;
    const points = Array.from(list.children);
    const model = answer.querySelector("details.model");
    const score = marking.querySelector(".score");
    const next = marking.querySelector(".next");
    const everything = marking.querySelector(".all");
    const worth = (point) => parseFloat(point.dataset.points) || 0;
    const total = points.reduce((sum, point) => sum + worth(point), 0);
    let revealed = 0;

    const add = () => {
      const given = points.reduce((sum, point) => sum + (parseFloat(point.dataset.given) || 0), 0);
      score.textContent = given + " / " + total;
      next.dataset.left = points.length - revealed;
      const done = revealed === points.length;
      next.hidden = everything.hidden = done;
      section.classList.toggle("done", done);
    };
    const give = (point) => {
      const share = { full: "half", half: "none" }[point.dataset.share] || "full";
      point.dataset.share = share;
      point.dataset.given = worth(point) * { full: 1, half: 0.5, none: 0 }[share];
      point.setAttribute("aria-pressed", { full: "true", half: "mixed", none: "false" }[share]);
      add();
    };
    const reveal = (until) => {
      const first = points[revealed];
      for (; revealed < until; revealed += 1) {
        const point = points[revealed];
        point.classList.add("revealed");
        point.setAttribute("aria-pressed", "false");
        control(point, "button", () => give(point));
      }
      if (revealed === points.length && model) {
        model.open = true;
      }
      add();
      return first;
    };
    const revealNext = () => {
      const point = reveal(Math.min(revealed + 1, points.length));
      // The buttons lie on the lower edge of the window: what came must not lie behind them.
      if (point && point.getBoundingClientRect().bottom > marking.getBoundingClientRect().top) {
        point.scrollIntoView(false);
      }
    };

    section.classList.add("stepwise");
    marking.hidden = false;
    if (model) {
      model.open = false;
    }
    next.onclick = revealNext;
    everything.onclick = () => reveal(points.length);
    listen((event) => {
      if (event.key === "n" && document.body.contains(list)) {
        revealNext();
      }
    });
    add();
  }

  // ---- clozes: Anki writes `[...]` and `[hint]`; here the one is a gap and the other a gap that says its hint

  function gaps(article) {
    if (article.closest(".answered")) {
      return;
    }
    all(article, ".cloze").forEach((gap) => {
      const { firstChild, lastChild } = gap;
      const texts = [firstChild, lastChild].every((node) => node && node.nodeType === 3);
      if (gap.textContent === "[...]") {
        gap.classList.add("blank");
      } else if (texts && firstChild.data[0] === "[" && lastChild.data.slice(-1) === "]") {
        gap.classList.add("hint");
        lastChild.data = lastChild.data.slice(0, -1);
        firstChild.data = firstChild.data.slice(1);
      }
    });
  }

  // ---- tags: the author's own as chips, as links where the app has an address for a search

  // AnkiMobile's and AnkiDroid's addresses; Anki for the desktop has none.
  function search(tag) {
    const query = encodeURIComponent("\"tag:" + tag + "\"");
    if (platform.contains("android")) {
      // Without a deck AnkiDroid looks only into the one that was open last.
      return "anki://x-callback-url/browser?search=" + encodeURIComponent("deck:* ") + query;
    }
    const apple = platform.contains("iphone") || platform.contains("ipad");
    return apple ? "anki://x-callback-url/search?query=" + query : null;
  }

  function tags(answer) {
    const place = answer.querySelector(".tags");
    if (!place || !place.hidden || place.cardpress) {
      return;
    }
    place.cardpress = true;
    const words = place.textContent.split(/\s+/).filter((tag) => tag);
    const roots = (names) => (names || "").split(" ");
    const under = (tag, names) => roots(names).some((root) => tag === root || tag.indexOf(root + "::") === 0);
    const { chapter, known } = place.dataset;
    const own = words.filter((tag) => !under(tag, chapter) && !under(tag, known));

    place.textContent = "";
    own.forEach((tag) => {
      const address = search(tag);
      const chip = document.createElement(address ? "a" : "span");
      if (address) {
        chip.href = address;
      }
      chip.className = "tag";
      chip.textContent = tag.split("::").join(" › ");
      place.appendChild(chip);
      // Where they would stand on one line they may be parted.
      place.appendChild(document.createTextNode(" "));
    });
    place.hidden = own.length === 0;

    const tagOfChapter = words.filter((tag) => under(tag, chapter))[0];
    const title = document.querySelector(".answered header .chapter");
    const address = tagOfChapter && search(tagOfChapter);
    if (title && address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = title.textContent;
      title.textContent = "";
      title.appendChild(link);
    }
  }

  const article = document.querySelector("article.choice");
  if (article) {
    choice(article);
  }
  all(document, "article.gap").forEach(gaps);
  const answer = document.querySelector(".answered #answer");
  if (answer) {
    if (article) {
      outcome(article, answer);
    }
    written(answer);
    tags(answer);
  }
})();
