using System.Globalization;
using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller;
using NodeAgent.Plugins.LinstorBackend.Tool;
using NodeAgent.Plugins.LinstorBackend.Versions;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Options as they were written become options that are right, or all that is wrong with them at once.</summary>
internal static partial class OptionReading
{
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(365);

    public static Outcome<DrbdOptions> From(BackendContext context)
    {
        var given = context.Options;
        var faults = DrbdOptions.All.Select(option => Wrong(option, given)).OfType<string>().ToList();
        faults.AddRange(given.Keys.Where(key => DrbdOptions.All.All(option => option.Name != key)).Order(StringComparer.Ordinal)
            .Select(key => $"option '{key}' is not known"));
        var nodes = given.TryGetValue("nodes", out var text) && WrongNodes(text) is null ? Parts(text) : [];
        if (nodes.Length > 0 && !nodes.Contains(context.Node.Value, StringComparer.Ordinal))
        {
            faults.Add($"option 'nodes' does not name this node, {context.Node}");
        }

        var controller = ControllerOptionReading.From(given, given.TryGetValue("resources", out var resources) ? ReadResources(resources)?.Keys.ToList() ?? [] : [], faults);
        return faults.Count > 0
            ? new Fault(FaultCode.InvalidArgument, $"cannot make backend {context.Id}", string.Join("; ", faults), "Correct the options of this backend in the configuration.", Retry.Never)
            : new DrbdOptions(
                context.Node, new NodeId(nodes.Single(node => node != context.Node.Value)), ReadResources(given["resources"])!,
                given.GetValueOrDefault("mountpoint", $"/nodeagent/{context.Id}"), controller, given.GetValueOrDefault(DrbdVersions.TrustOption) == "true")
            {
                VerifyEvery = given.TryGetValue("verify", out var every) ? ReadSpan(every) : null,
                ResyncRate = given.TryGetValue("resync_rate", out var rate) ? ResyncRate.Parse(rate) : null,
                AppliesOptions = given.GetValueOrDefault("apply_options") == "true",
                Networks = given.TryGetValue("networks", out var networks) ? ReplicationNetworks.Parse(networks) : null,
            };
    }

    public static string? WrongNodes(string value) =>
        Parts(value) is not { Length: 2 } nodes || !Array.TrueForAll(nodes, Names.IsValid) ? $"'{value}' must be two nodes such as n1,n2: DRBD of this generation has no more"
        : nodes[0] == nodes[1] ? $"both nodes are called {nodes[0]}"
        : null;

    public static string? WrongResources(string value) => ReadResources(value) is { Count: > 0 and <= DrbdOptions.MostResources }
        ? null
        : $"'{value}' must be 1 to {DrbdOptions.MostResources} resources such as db=filesystem,raw=block, none twice; their names are {Names.Rule}";

    public static string? WrongPath(string value) => value.Length <= 200 && PathPattern().IsMatch(value)
        ? null
        : $"'{value}' must be an absolute path of letters, digits, '.', '_', '-' and '/'";

    public static string? WrongSwitch(string value) => value is "true" or "false" ? null : $"'{value}' must be true or false";

    public static string? WrongSpan(string value) => ReadSpan(value) is { } span && span <= LongestSpan ? null : $"'{value}' must be 1h to 365d: hours or days such as 12h or 7d";

    public static string? WrongRate(string value) => ResyncRate.Parse(value) is not null ? null : $"'{value}' must be 1MiB to 4GiB (a second), such as 100MiB";

    public static string? WrongNetworks(string value) => ReplicationNetworks.Parse(value) is not null ? null
        : $"'{value}' must be 1 to 8 networks, none twice, such as 10.77.1.0/24,10.77.2.0/24; what the length leaves out must be 0";

    private static TimeSpan? ReadSpan(string value) =>
        !SpanPattern().IsMatch(value) ? null
        : int.Parse(value[..^1], CultureInfo.InvariantCulture) is var number && value[^1] == 'd' ? TimeSpan.FromDays(number) : TimeSpan.FromHours(number);

    private static string? Wrong(BackendOption option, IReadOnlyDictionary<string, string> given) =>
        !given.TryGetValue(option.Name, out var value) ? (option.Required ? $"option '{option.Name}' is missing" : null)
        : option.Check(value) is { } wrong ? $"option '{option.Name}': {wrong}"
        : null;

    private static SortedDictionary<string, VolumeKind>? ReadResources(string value)
    {
        var read = new SortedDictionary<string, VolumeKind>(StringComparer.Ordinal);
        foreach (var part in Parts(value))
        {
            VolumeKind? kind = part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..] switch { "filesystem" => VolumeKind.Filesystem, "block" => VolumeKind.Block, _ => null };
            var name = part.Split('=')[0];

            // "all" is a word of drbdadm: every resource of the node.
            if (kind is not { } known || name == "all" || !Names.IsValid(name) || !read.TryAdd(name, known))
            {
                return null;
            }
        }

        return read;
    }

    private static string[] Parts(string value) => value.Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"\A(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\A[1-9][0-9]{0,3}[hd]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpanPattern();
}
