using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed partial class AlertRulesTests
{
    // The words that may follow `nodeagent` in a runbook.
    private static readonly string[] Verbs = ["status", "explain", "what-if", "history", "failover", "arm", "disarm", "confirm-dead", "doctor", "plugin", "replication", "snapshot", "volume", "config", "cluster", "ceph", "version"];

    [TestMethod]
    public async Task Promtool_accepts_the_rules_with_every_lint()
    {
        var (code, output) = await Judge.RunAsync(
            "promtool", "prometheus", AlertRules.Folder, string.Empty, "check", "rules", "--lint=all", "--lint-fatal", "nodeagent.rules.yml");

        Assert.AreEqual(0, code, output);
        StringAssert.Contains(output, $"SUCCESS: {AlertRules.All().Count} rules found");
    }

    [TestMethod]
    public async Task The_rule_tests_pass()
    {
        var (code, output) = await Judge.RunAsync(
            "promtool", "prometheus", AlertRules.Folder, string.Empty, ["test", "rules", .. AlertRules.TestFiles]);

        Assert.AreEqual(0, code, output);
    }

    [TestMethod]
    public void Every_alert_is_tested_both_quiet_and_firing()
    {
        var expressions = Expectations().ToLookup(e => e.Alert, e => e.Samples);
        foreach (var alert in AlertRules.All().Select(r => r.Text("alert")).OfType<string>())
        {
            Assert.IsTrue(expressions[alert].Any(s => s.Count == 0), $"{alert} is never expected to be quiet");
            Assert.IsTrue(expressions[alert].Any(s => s.Count > 0), $"{alert} is never expected to fire");
        }
    }

    [TestMethod]
    public void A_label_named_in_an_annotation_is_one_the_firing_alert_carries()
    {
        var carried = Expectations().Where(e => e.Samples.Count > 0).ToLookup(e => e.Alert, e => e.Samples);
        foreach (var rule in AlertRules.All().Where(r => r.Text("alert") is not null))
        {
            var alert = rule.Text("alert")!;
            var annotations = (YamlMappingNode)rule["annotations"];
            foreach (var label in LabelOf().Matches(annotations.Text("summary") + annotations.Text("description")).Select(m => m.Groups[1].Value))
            {
                Assert.IsTrue(
                    carried[alert].All(samples => samples.TrueForAll(s => Regex.IsMatch(s, $"[{{,]{label}=\""))),
                    $"{alert}: an annotation names {label}, which the tested alert does not carry");
            }
        }
    }

    [TestMethod]
    public void Every_alert_has_a_severity_a_summary_and_a_whole_runbook()
    {
        foreach (var rule in AlertRules.All().Where(r => r.Text("alert") is not null))
        {
            var alert = rule.Text("alert")!;
            var annotations = (YamlMappingNode)rule["annotations"];
            var runbook = annotations.Text("runbook") ?? string.Empty;

            Assert.IsTrue(((YamlMappingNode)rule["labels"]).Text("severity") is "critical" or "warning" or "info", alert);
            Assert.IsTrue(annotations.Text("summary") is { Length: > 10 } && annotations.Text("description") is { Length: > 10 }, alert);
            foreach (var part in new[] { "Meaning: ", "Impact: ", "Diagnosis: ", "Mitigation: " })
            {
                StringAssert.Contains(runbook, part, alert);
            }
        }
    }

    [TestMethod]
    public void Runbooks_name_only_commands_that_exist()
    {
        var commands = AlertRules.All()
            .Where(r => r.Text("alert") is not null)
            .SelectMany(r => Command().Matches(((YamlMappingNode)r["annotations"]).Text("runbook")!))
            .Select(m => m.Groups[1].Value)
            .ToList();

        Assert.IsNotEmpty(commands);
        Assert.IsEmpty(commands.Except(Verbs).ToList());
    }

    [TestMethod]
    public void Alert_names_are_unique_and_say_whose_they_are()
    {
        var names = AlertRules.All().Select(r => r.Text("alert")).OfType<string>().ToList();

        Assert.HasCount(names.Count, names.Distinct(StringComparer.Ordinal).ToList());
        Assert.IsTrue(names.TrueForAll(n => n.StartsWith("NodeAgent", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Rules_name_only_metrics_labels_and_values_of_the_catalogue()
    {
        var recorded = AlertRules.Recorded();

        Assert.IsEmpty(AlertRules.All().SelectMany(r => PromQl.Faults(r.Text("expr")!, recorded)).ToList());
    }

    [TestMethod]
    [DataRow("nodeagent_unit_writers", "is not in the catalogue")]
    [DataRow("sum(nodeagent:nothing:sum)", "is not recorded")]
    [DataRow("nodeagent_unit_writer{resource=\"x\"} > 1", "has no label resource")]
    [DataRow("nodeagent_backend_state{state=\"redy\"} == 0", "state is never redy")]
    [DataRow("nodeagent_pool_health{state=~\"ok|bad\"}", "state is never ok|bad")]
    public void The_check_of_names_sees_a_mistake(string expression, string fault) =>
        StringAssert.Contains(PromQl.Faults(expression, AlertRules.Recorded()).Single(), fault);

    [TestMethod]
    public void A_recording_rule_stands_in_the_group_that_uses_it()
    {
        foreach (var group in AlertRules.Groups(AlertRules.Load("nodeagent.rules.yml")))
        {
            var own = AlertRules.RulesOf(group).Select(r => r.Text("record")).OfType<string>().ToHashSet(StringComparer.Ordinal);
            foreach (var rule in AlertRules.RulesOf(group))
            {
                var foreign = RecordedName().Matches(rule.Text("expr")!).Select(m => m.Value).Where(n => !own.Contains(n)).ToList();
                Assert.IsEmpty(foreign, $"{rule.Text("alert") ?? rule.Text("record")} uses a recording of another group");
            }
        }
    }

    [TestMethod]
    public void The_alertmanager_example_names_alerts_that_exist()
    {
        var names = AlertRules.All().Select(r => r.Text("alert")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var text = ReadFile("packaging", "prometheus", "alertmanager-example.yml");
        var used = AlertSet().Matches(text)
            .SelectMany(m => m.Groups["rest"].Success ? m.Groups["rest"].Value.Split('|').Select(n => "NodeAgent" + n) : [m.Groups["name"].Value])
            .ToList();

        Assert.IsNotEmpty(used);
        Assert.IsEmpty(used.Where(n => !names.Contains(n)).ToList());
        Assert.IsNotNull(AlertRules.Load("alertmanager-example.yml")["route"]);
    }

    private static IEnumerable<(string Alert, List<string> Samples)> Expectations() =>
        from file in AlertRules.TestFiles
        from test in (YamlSequenceNode)AlertRules.Load(file)["tests"]
        from check in (YamlSequenceNode)test["promql_expr_test"]
        let alert = AlertName().Match(((YamlMappingNode)check).Text("expr")!).Groups[1].Value
        select (alert, ((YamlSequenceNode)check["exp_samples"]).Cast<YamlMappingNode>().Select(s => s.Text("labels")!).ToList());

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex LabelOf();

    [GeneratedRegex(@"'nodeagent ([a-z-]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"nodeagent:[a-z_:]+")]
    private static partial Regex RecordedName();

    [GeneratedRegex("alertname=\"(\\w+)\"")]
    private static partial Regex AlertName();

    [GeneratedRegex("""alertname=~?"(?<name>NodeAgent\w*)(?:\((?<rest>[^)]*)\))?""")]
    private static partial Regex AlertSet();
}
