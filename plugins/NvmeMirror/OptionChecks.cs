using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>What is wrong with single values of options; null if nothing is.</summary>
internal static partial class OptionChecks
{
    public static string? Name(string value) => Contract.Names.IsValid(value) ? null : $"'{value}' must be {Contract.Names.Rule}";

    // ZFS takes words such as "mirror" and "log" for layouts, not for names.
    public static string? Pool(string value) => Contract.Names.IsValid(value) && PoolPattern().IsMatch(value)
        ? null
        : $"'{value}' cannot be the name of a pool: a lower-case letter, then letters, digits, '.', '-' or '_', and not mirror, raidz, draid, spare or log";

    public static string? Path(string value) => value.Length <= 200 && PathPattern().IsMatch(value)
        ? null
        : $"'{value}' must be an absolute path of letters, digits, '.', '_', '-' and '/'";

    public static string? Profile(string value) => value is "strict" or "availability" ? null : $"'{value}' must be strict or availability";

    // The kernel's names, without "null", which is none.
    public static string? DhGroup(string value) => value is "ffdhe2048" or "ffdhe3072" or "ffdhe4096" or "ffdhe6144" or "ffdhe8192"
        ? null
        : $"'{value}' must be ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144 or ffdhe8192";

    public static string? Port(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1024 and <= MirrorOptions.LastPort - MirrorOptions.MostPairs
            ? null
            : $"'{value}' must be a port from 1024 to {MirrorOptions.LastPort - MirrorOptions.MostPairs}";

    public static string? Nodes(string value)
    {
        var nodes = ReadNodes(value);
        return nodes is null ? $"'{value}' must be two nodes with two IPv4 addresses each, such as n1=10.0.1.1+10.0.2.1,n2=10.0.1.2+10.0.2.2"
            : nodes[0].Id == nodes[1].Id ? $"both nodes are called {nodes[0].Id}"
            : nodes.SelectMany(node => node.Addresses).Distinct().Count() < 4 ? "two of the four addresses are the same"
            : null;
    }

    public static string? Pairs(string value)
    {
        var pairs = ReadPairs(value);
        return pairs is null ? "it must be pairs of PARTUUIDs such as 0fc6…/8d3e…, with commas between"
            : pairs.Count is 0 or > MirrorOptions.MostPairs ? $"there are {pairs.Count} pairs, and 1 to {MirrorOptions.MostPairs} are possible"
            : pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Count() < 2 * pairs.Count ? "a PARTUUID is named twice"
            : null;
    }

    public static string? Spares(string value)
    {
        var spares = ReadSpares(value);
        return spares is null ? "it must be drives of nodes such as n1=0fc6…+8d3e…,n2=77aa…"
            : spares.Exists(node => node.Drives.Count > MirrorOptions.MostSpares) ? $"a node has at most {MirrorOptions.MostSpares} spares"
            : spares.Select(node => node.Node).Distinct(StringComparer.Ordinal).Count() < spares.Count ? "a node is named twice"
            : spares.SelectMany(node => node.Drives).Distinct().Count() < spares.Sum(node => node.Drives.Count) ? "a PARTUUID is named twice"
            : null;
    }

    public static List<(string Node, List<Guid> Drives)>? ReadSpares(string value)
    {
        var read = new List<(string, List<Guid>)>();
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is not [var node, var list] || !Contract.Names.IsValid(node))
            {
                return null;
            }

            var drives = list.Split('+').Select(text => Guid.TryParseExact(text, "D", out var drive) ? drive : (Guid?)null).ToList();
            if (drives.Contains(null))
            {
                return null;
            }

            read.Add((node, drives.ConvertAll(drive => drive!.Value)));
        }

        return read.Count == 0 ? null : read;
    }

    public static List<MirrorNode>? ReadNodes(string value)
    {
        var nodes = value.Split(',').Select(part => part.Trim().Split('=')).ToList();
        if (nodes.Count != 2 || nodes.Exists(part => part.Length != 2 || !Contract.Names.IsValid(part[0])))
        {
            return null;
        }

        var read = nodes.ConvertAll(part => (Name: part[0], Addresses: part[1].Split('+').Select(Address).OfType<IPAddress>().ToList()));
        return read.Exists(node => node.Addresses.Count != 2) ? null : read.ConvertAll(node => new MirrorNode(new Contract.NodeId(node.Name), node.Addresses));
    }

    public static List<(Guid First, Guid Second)>? ReadPairs(string value)
    {
        var pairs = new List<(Guid, Guid)>();
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var drives = part.Split('/');
            if (drives.Length != 2 || !Guid.TryParseExact(drives[0], "D", out var first) || !Guid.TryParseExact(drives[1], "D", out var second))
            {
                return null;
            }

            pairs.Add((first, second));
        }

        return pairs;
    }

    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == text ? address : null;

    [GeneratedRegex(@"\A(?!mirror|raidz|draid|spare|log)[a-z][a-z0-9._-]{0,40}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PoolPattern();

    [GeneratedRegex(@"\A(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathPattern();
}
