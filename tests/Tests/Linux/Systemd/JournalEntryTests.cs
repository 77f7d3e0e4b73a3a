using System.Text;
using NodeAgent.Linux.Systemd;

namespace NodeAgent.Tests.Linux.Systemd;

[TestClass]
public sealed class JournalEntryTests
{
    [TestMethod]
    public void A_value_of_one_line_follows_its_name() =>
        Assert.AreEqual("MESSAGE=as it is = so\nPRIORITY=6\n", Text(new JournalEntry().Add("MESSAGE", "as it is = so").Add("PRIORITY", "6")));

    [TestMethod]
    public void A_value_of_several_lines_comes_with_its_length_in_bytes_and_makes_no_field_of_its_own()
    {
        var sent = new JournalEntry().Add("MESSAGE", "ä\nPRIORITY=0").ToBytes();
        Assert.AreEqual("MESSAGE\n", Encoding.UTF8.GetString(sent.AsSpan(0, 8)));
        Assert.AreEqual(13UL, BitConverter.ToUInt64(sent, 8));
        Assert.AreEqual("ä\nPRIORITY=0\n", Encoding.UTF8.GetString(sent.AsSpan(16)));
    }

    [TestMethod]
    public void What_is_too_long_is_cut_and_fields_too_many_are_left_out()
    {
        var entry = new JournalEntry();
        for (var i = 0; i < 1000; i++)
        {
            entry.Add("FIELD", new string('x', 1_000_000));
        }

        var sent = entry.ToBytes();
        Assert.IsInRange(300_000, 420_000, sent.Length);
        StringAssert.EndsWith(Encoding.UTF8.GetString(sent), "x ... (cut)\n");
    }

    [TestMethod]
    [DataRow("Unit", "NODEAGENT_UNIT")]
    [DataRow("lostBytes", "NODEAGENT_LOST_BYTES")]
    [DataRow("URL", "NODEAGENT_URL")]
    [DataRow("_x=y\n", "NODEAGENT_XY")]
    [DataRow("é", "")]
    public void A_word_becomes_a_name_that_the_journal_takes(string word, string name) => Assert.AreEqual(name, JournalEntry.Name(word));

    private static string Text(JournalEntry entry) => Encoding.UTF8.GetString(entry.ToBytes());
}
