using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Placement;

[TestClass]
public sealed class ContradictionsTests
{
    [TestMethod]
    [DataRow("a with b, b", "")]
    [DataRow("a with b, b apart a", "a: brings 'a' beside 'b', and these must be apart")]
    [DataRow("a with b apart b, b", "")]
    [DataRow("a with b apart c, b with c, c", "a: brings 'a' beside 'c', and these must be apart")]
    [DataRow("a with b c, b apart c, c", "a: brings 'b' beside 'c', and these must be apart")]
    [DataRow("a with b on n1, b on n2", "a: no node may run all of 'a', 'b'")]
    [DataRow("a with b on n1 n2, b on n2 n3", "")]
    [DataRow("a with b on n1, b", "")]
    [DataRow("a with b on n1, b with c, c on n2", "a: no node may run all of 'a', 'b', 'c'")]
    [DataRow("a with b, b with a", "")]
    [DataRow("a with x", "")]
    [DataRow("a apart b, b apart a", "")]
    public void Rules_that_no_node_can_keep_are_found(string rules, string expected) =>
        Assert.AreEqual(expected, string.Join("; ", Contradictions.Among([.. rules.Split(", ").Select(Policy)]).Select(found => $"{found.Service}: {found.What}")));

    private static ServicePolicy Policy(string rule)
    {
        var words = rule.Split(' ');
        List<string> Of(string kind) => [.. words.SkipWhile(word => word != kind).Skip(1).TakeWhile(word => word is not ("with" or "apart" or "on"))];
        return new ServicePolicy(words[0], [.. Of("on").Select(node => new NodeId(node))]) { With = [.. Of("with")], Apart = [.. Of("apart")] };
    }
}
