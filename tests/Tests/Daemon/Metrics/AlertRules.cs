using YamlDotNet.RepresentationModel;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>The shipped rules, read as a tree that a test can change and write again.</summary>
internal static class AlertRules
{
    public static string Folder { get; } = Path.Combine(MetricsFixture.Root, "packaging", "prometheus");

    public static string[] TestFiles { get; } = ["nodeagent.test.yml", "nodeagent.day.test.yml"];

    public static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(Path.Combine(Folder, file)));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    public static string Save(YamlMappingNode root)
    {
        using var writer = new StringWriter();
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    public static IEnumerable<YamlMappingNode> Groups(YamlMappingNode root) => ((YamlSequenceNode)root["groups"]).Cast<YamlMappingNode>();

    public static IEnumerable<YamlMappingNode> RulesOf(YamlMappingNode group) => ((YamlSequenceNode)group["rules"]).Cast<YamlMappingNode>();

    public static List<YamlMappingNode> All() => [.. Groups(Load("nodeagent.rules.yml")).SelectMany(RulesOf)];

    public static string? Text(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    public static HashSet<string> Recorded() => [.. All().Select(r => r.Text("record")).OfType<string>()];
}
