using System.Text.Json.Nodes;
using NodeAgent.Plugins.CephBackend.Health;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>How many copies a host may have by a rule, in the shape in which Ceph dumps rules.</summary>
[TestClass]
public sealed class CrushSpreadTests
{
    private const string Take = """{"op":"take","item":-1,"item_name":"default"}""";
    private const string Emit = """{"op":"emit"}""";

    [TestMethod]
    [DataRow("chooseleaf_firstn,0,host", 1)]
    [DataRow("chooseleaf_indep,0,host", 1)]
    [DataRow("chooseleaf_firstn,0,rack", 1)]
    [DataRow("chooseleaf_firstn,0,osd", 3)]
    [DataRow("choose_indep,0,osd", 3)]
    [DataRow("choose_indep,2,host choose_indep,2,osd", 2)]
    [DataRow("choose_firstn,0,host chooseleaf_firstn,1,osd", 1)]
    [DataRow("choose_firstn,2,rack chooseleaf_firstn,2,osd", 2)]
    [DataRow("choose_firstn,-1,osd", 2)]
    [DataRow("chooseleaf_firstn,1,host emit chooseleaf_firstn,-1,host", 2, DisplayName = "two blocks may choose the same host")]
    [DataRow("chooseleaf_firstn,0,shelf", null, DisplayName = "a type of the site's own")]
    [DataRow("", null, DisplayName = "nothing is chosen")]
    public void A_rule_says_how_many_copies_a_host_may_have(string choices, int? expected)
    {
        var steps = choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(step => step == "emit" ? $"{Emit},{Take}"
            : step.Split(',') is [var op, var number, var type] ? $$"""{"op":"{{op}}","num":{{number}},"type":"{{type}}"}""" : throw new InvalidOperationException(step));
        var rules = JsonNode.Parse($$"""[{"rule_id":0,"steps":[]},{"rule_id":7,"rule_name":"r","type":1,"steps":[{"op":"set_chooseleaf_tries","num":5},{{string.Join(',', steps.Prepend(Take).Append(Emit))}}]}]""");

        Assert.AreEqual(expected, CrushSpread.PerHost(rules, 7, 3));
    }

    [TestMethod]
    public void A_rule_that_nobody_tells_of_says_nothing()
    {
        Assert.IsNull(CrushSpread.PerHost(null, 0, 3));
        Assert.IsNull(CrushSpread.PerHost(JsonNode.Parse("[]"), 0, 3));
    }
}
