"""What is sold and for how much: products, price books, discount limits, numbers, Word templates."""
