"""When things happened: dated claims of persons and academies on an axis, drawn as sure as they are."""
