package voxml

// ZeroTags is for the tests of package voxml_test.
var ZeroTags = zeroTags
