# Usage: Rscript bench_stats.R DIR TASK -- one task of tests/load/bench_stats.sh in R, on the binary
# files of DIR; loading is outside the figure.  Prints: task, median_s=..., result=...
a <- commandArgs(TRUE)
task <- a[2]
raw_matrix <- function(name, cols) {
  path <- file.path(a[1], name)
  matrix(as.integer(readBin(path, "raw", file.size(path))), ncol = cols, byrow = TRUE)
}
if (task == "e_kr_base") {
  E <- raw_matrix("exam_u8.bin", 40)
} else {
  X <- raw_matrix("survey_u8.bin", 20)
  X[X == 0L] <- NA
  course <- readBin(file.path(a[1], "course_i32.bin"), "integer", nrow(X))
}
alpha <- function(C) ncol(C) / (ncol(C) - 1) * (1 - sum(diag(C)) / sum(C))
f <- switch(task,
  b_cor = function() cor(X, use = "pairwise.complete.obs")[2, 1],
  b_alpha_base = function() alpha(cov(X, use = "pairwise.complete.obs")),
  b_group_rowsum = function() (rowsum(X, course, na.rm = TRUE) / rowsum(1L * !is.na(X), course))[1, 1],
  b_group_dt_prebuilt = {
    library(data.table)
    D <- as.data.table(X)
    D[, course := course]
    function() D[, lapply(.SD, mean, na.rm = TRUE), keyby = course][[2]][1]
  },
  c_fa_from_cor = {
    library(psych)
    R <- cor(X, use = "pairwise.complete.obs")
    function() fa(R, 1, n.obs = nrow(X))$loadings[1]
  },
  d_polychoric5 = { library(psych); function() polychoric(X[, 1:5])$rho[2, 1] },
  e_kr_base = function() {
    p <- colMeans(E); t <- rowSums(E); k <- ncol(E); n <- nrow(E)
    rest <- vapply(seq_len(k), function(j) cor(E[, j], t - E[, j]), 0)
    k / (k - 1) * (1 - sum(p * (1 - p)) * n / (n - 1) / var(t))
  })
s <- numeric(5)
for (i in seq_along(s)) { t0 <- proc.time()[[3]]; r <- f(); s[i] <- proc.time()[[3]] - t0 }
cat(sprintf("%s\tmedian_s=%.3f\tresult=%.15g\n", task, median(s), r))
