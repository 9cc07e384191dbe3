"""A story on paper: one of thousands of layouts, put together by chance."""
