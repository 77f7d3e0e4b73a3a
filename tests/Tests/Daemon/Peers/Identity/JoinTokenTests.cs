using System.Net;
using System.Text;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class JoinTokenTests
{
    private static readonly JoinToken Sample = new(
        "0123456789abcdef", new string('a', 64),
        [IPEndPoint.Parse("10.0.0.1:7443"), IPEndPoint.Parse("[fd00::1]:7443")], TokenSecret.Draw());

    [TestMethod]
    public void A_token_survives_being_carried_as_a_line()
    {
        var read = Is.Ok(JoinToken.Parse("  " + Sample.Reveal() + "\n"));
        Assert.AreEqual(Sample.Id, read.Id);
        Assert.AreEqual(Sample.Authority, read.Authority);
        CollectionAssert.AreEqual(Sample.Secret, read.Secret);
        CollectionAssert.AreEqual(Sample.Addresses.ToArray(), read.Addresses.ToArray());
        Assert.IsFalse(Sample.Reveal().Any(char.IsWhiteSpace));
    }

    [TestMethod]
    public void A_token_does_not_show_its_secret_when_printed()
    {
        Assert.DoesNotContain(Convert.ToHexString(Sample.Secret), Sample.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.AreEqual("join token 0123456789abcdef", Sample.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(null)]
    [DataRow("na1-")]
    [DataRow("na1-====")]
    [DataRow("na1-AAAA")]
    [DataRow("K10abc::server:def")]
    public void What_is_no_token_is_refused_with_a_remedy(string? line) =>
        Is.Refused("tokenUnreadable", JoinToken.Parse(line));

    [TestMethod]
    public void Every_single_wrong_character_is_noticed()
    {
        var line = Sample.Reveal();
        for (var position = 4; position < line.Length - 1; position++)
        {
            var wrong = line[position] == 'A' ? 'B' : 'A';
            var mistyped = line[..position] + wrong + line[(position + 1)..];
            Is.Refused("tokenUnreadable", JoinToken.Parse(mistyped));
        }
    }

    [TestMethod]
    public void A_cut_or_overlong_token_is_refused()
    {
        Is.Refused("tokenUnreadable", JoinToken.Parse(Sample.Reveal()[..^5]));
        Is.Refused("tokenUnreadable", JoinToken.Parse("na1-" + new string('A', 100_000)));
    }

    [TestMethod]
    public void Garbage_never_throws()
    {
        var valid = Encoding.Latin1.GetBytes(Sample.Reveal());
        foreach (var line in Garbage.Mutations(valid, 3000, seed: 1))
        {
            var read = JoinToken.Parse(Encoding.Latin1.GetString(line));
            Assert.IsTrue(read.IsOk ? read.Value.Id == Sample.Id : read.Fault.NextStep.Length > 0);
        }
    }
}
