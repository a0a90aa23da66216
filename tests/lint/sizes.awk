# tests/lint/sizes.awk -- a function is read without scrolling, a file in one sitting:
# at most 90 lines a function, 600 lines a file.  (Widths are clang-format's.)

FNR == 1 { begin = 0 }
FNR == 601 { fault("longer than 600 lines: two concepts?") }
/^\{/ { begin = FNR }
/^\}/ {
	if (begin > 0 && FNR - begin - 1 > 90)
		fault("the function that ends here has " (FNR - begin - 1) " lines (at most 90)")
	begin = 0
}
