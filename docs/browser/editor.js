// The editor: CodeMirror with what Python code needs, and with a text and a history for each lesson.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const extensions = [
  lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
  indentOnInput(), syntaxHighlighting(classHighlighter), bracketMatching(), closeBrackets(),
  highlightActiveLine(), EditorView.lineWrapping, highlightSelectionMatches(), search({ top: true }),
  pythonLanguage, indentUnit.of("    "), EditorState.tabSize.of(4), EditorState.lineSeparator.of("\n"),
  keymap.of([
    ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab,
  ]),
];

export class Editor {
  /** An editor within `parent`; `changed` is told of every change that is typed. */
  constructor(parent, changed) {
    this.states = new Map(); // of the lessons that are not shown
    this.changed = EditorView.updateListener.of((update) => update.docChanged && changed());
    this.view = new EditorView({ parent });
  }

  /** Show a file; its text is that of the first time, or as it was left. */
  show(file, text) {
    if (this.file) this.states.set(this.file, this.view.state);
    this.file = file;
    this.view.setState(this.states.get(file) ?? this.begun(file, text));
  }

  begun(file, text) {
    const attributes = { "aria-label": `Your ${file}`, "aria-describedby": "page-keys", tabindex: "0" };
    return EditorState.create({
      doc: text,
      extensions: [extensions, this.changed, EditorView.contentAttributes.of(attributes)],
    });
  }

  /** The text that is shown. */
  get text() {
    return this.view.state.doc.toString();
  }

  /** Put another text in a file's place, as one change that can be undone. */
  put(file, text) {
    if (file === this.file) {
      if (text !== this.text) this.view.dispatch(this.view.state.update(whole(this.view.state, text)));
    } else if (this.states.has(file)) {
      const state = this.states.get(file);
      this.states.set(file, state.update(whole(state, text)).state);
    }
  }

  /** Put the cursor at the start of a line. */
  goTo(line) {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    this.view.focus();
  }
}

const whole = (state, text) => ({ changes: { from: 0, to: state.doc.length, insert: text } });
