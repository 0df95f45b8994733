# Draws forms of choice items with R/exams: `Rscript rexams_forms.R FOLDER FORMS OUT [draw]`.
#
# In comes the folder `rexams/` that choice_items.py wrote. Out come, in OUT, paper and key of each form as PDF, and drawn.csv, the items
# of each form; with `draw` the same is written as LaTeX and nothing is set. Only the work of R/exams and of the LaTeX it calls is
# counted, not the start of R: wall and CPU seconds go into the file that `FIGURES` names, or are printed. `TRUE_FALSE=40` asks for so
# many true-false items.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- normalizePath(arguments[1])
forms <- as.integer(arguments[2])
dir.create(arguments[3], recursive = TRUE, showWarnings = FALSE)
out <- normalizePath(arguments[3])
draw_only <- identical(arguments[4], "draw")

suppressPackageStartupMessages(library("exams"))
# Without the R package tinytex R calls this program itself.
Sys.setenv(PDFLATEX = "xelatex")
sections <- c("single-choice" = 15, "multiple-choice" = 5, "true-false" = as.integer(Sys.getenv("TRUE_FALSE", "10")))
exercises <- lapply(names(sections), function(kind) list.files(file.path(folder, kind), full.names = TRUE))
templates <- file.path(folder, c("paper.tex", "key.tex"))
set.seed(20260112)

# What R/exams does for a form before it calls LaTeX, without the call.
write_sources <- function(exam, dir, info) {
  target <- file.path(dir, sprintf("form%03d", info$id))
  dir.create(target, showWarnings = FALSE)
  for (name in names(exam)) {
    item <- exam[[name]]
    writeLines(c("\\begin{question}", item$question, "\\begin{answerlist}", paste("  \\item", item$questionlist), "\\end{answerlist}",
      "\\end{question}", "\\begin{solution}", item$solution, "\\end{solution}"), file.path(target, paste0(name, ".tex")))
  }
  file.copy(templates, target)
}

start <- proc.time()
drawn <- if (draw_only) {
  xexams(exercises, n = forms, nsamp = sections, dir = out, driver = list(sweave = list(quiet = TRUE), write = write_sources))
} else {
  # The exercises are LaTeX already, so pandoc has nothing to convert.
  exams2pdf(exercises, n = forms, nsamp = sections, dir = out, template = templates, texengine = "xelatex", transform = identity)
}
took <- proc.time() - start

form <- rep(seq_len(forms), each = sum(sections))
item <- unlist(lapply(exams_metainfo(drawn), function(exam) sapply(exam, function(one) one$name)))
write.csv(data.frame(form, item), file.path(out, "drawn.csv"), row.names = FALSE, quote = FALSE)

figures <- sprintf("%.2f %.2f", took[["elapsed"]], sum(took[c("user.self", "sys.self", "user.child", "sys.child")], na.rm = TRUE))
if (nzchar(Sys.getenv("FIGURES"))) writeLines(figures, Sys.getenv("FIGURES")) else cat(figures, "\n")
