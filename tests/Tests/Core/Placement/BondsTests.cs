using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Placement;

[TestClass]
public sealed class BondsTests
{
    private static readonly Proof First = new(ProofKind.FirstWriter, "nobody had it before");

    [TestMethod]
    [DataRow("a:b b:", "ab", "a", "b")]
    [DataRow("a:b b:", "ab", "b", "")]
    [DataRow("a:b b:a", "ab", "a", "")]
    [DataRow("a:b b:a", "ab", "b", "a")]
    [DataRow("a:b b:c c:a", "abc", "a", "")]
    [DataRow("a:b b:c c:a", "abc", "b", "a")]
    [DataRow("a:b b:c c:a", "abc", "c", "a")]
    [DataRow("a:b b:c c:a", "bc", "a", "")]
    [DataRow("a:b b:c c:a", "bc", "b", "")]
    [DataRow("a:b b:c c:a", "bc", "c", "b")]
    [DataRow("a:b,z b:a z:", "abz", "a", "z")]
    [DataRow("a:b b:a,z z:", "abz", "b", "z a")]
    [DataRow("a:gone", "a", "a", "gone")]
    public void The_first_of_a_circle_leads_and_the_others_follow_it(string rules, string held, string of, string expected)
    {
        var view = Of(rules, held);
        Assert.AreEqual(expected, string.Join(' ', Bonds.Of(view, view.Record.Service(of)!)));
    }

    [TestMethod]
    public void In_any_circle_one_is_free_and_all_others_follow_the_same()
    {
        foreach (var rules in new[] { "a:b b:c c:d d:a", "a:d d:b b:c c:a", "a:b,c,d b:a c:a d:a" })
        {
            var view = Of(rules, "abcd");
            Assert.AreEqual(" a a a", string.Join(' ', "abcd".Select(name => string.Join(',', Bonds.Of(view, view.Record.Service($"{name}")!)))), rules);
        }
    }

    private static ClusterView Of(string rules, string held)
    {
        var record = rules.Split(' ').Select(rule => rule.Split(':')).Aggregate(ClusterRecord.Empty, (so, rule) => so.With(
            new ServiceRecord(new ServicePolicy(rule[0], [new NodeId("n1")]) { With = [.. rule[1].Split(',', StringSplitOptions.RemoveEmptyEntries)] })
            {
                Owner = held.Contains(rule[0], StringComparison.Ordinal) ? new Tenure(new NodeId("n1"), 7, "boot", new Epoch(1), First) : null,
            }));
        return ClusterView.Empty with { Record = record, Live = ClusterView.Empty.Live.SetItem("n1", 7) };
    }
}
