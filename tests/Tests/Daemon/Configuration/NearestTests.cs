using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class NearestTests
{
    private static readonly string[] Known = ["keep_source", "keep_copies", "interval", "listen"];

    [TestMethod]
    [DataRow("keepSource", "keep_source")]
    [DataRow("keep-copies", "keep_copies")]
    [DataRow("intervall", "interval")]
    [DataRow("itnerval", "interval")]
    [DataRow("lisen", "listen")]
    public void A_slip_finds_the_word_that_was_meant(string word, string wanted)
    {
        Assert.AreEqual(wanted, Nearest.To(word, Known));
    }

    [TestMethod]
    [DataRow("zebra")]
    [DataRow("")]
    [DataRow("x")]
    public void A_word_far_from_all_finds_nothing(string word)
    {
        Assert.IsNull(Nearest.To(word, Known));
    }
}
