using System.Text.RegularExpressions;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller;

/// <summary>The options about controllers: each by itself, then against each other.</summary>
internal static partial class ControllerOptionReading
{
    public static IReadOnlyList<BackendOption> All { get; } =
    [
        new("controllers", "LINSTOR's controllers, for provisioning only: https://c1:3371,https://c2:3371. Without it: plain DRBD.", false, WrongControllers),
        new("ca_file", "The authorities whose certificates controllers must have, PEM; the system's count for nothing.", false, OptionReading.WrongPath),
        new("token_file", "A file with the bearer token, not readable by everybody.", false, OptionReading.WrongPath),
        new("resource_group", "The resource group of which resources are spawned.", false, WrongGroup),
        new("place_count", "How many copies are made; 2 by default, and nothing else yet.", false, WrongCount),
    ];

    /// <summary>The options; null: there are no controllers. What does not fit together goes to <paramref name="faults"/>.</summary>
    public static ControllerOptions? From(IReadOnlyDictionary<string, string> given, IEnumerable<string> resources, List<string> faults)
    {
        if (!given.TryGetValue("controllers", out var text))
        {
            faults.AddRange(All.Where(option => given.ContainsKey(option.Name)).Select(option => $"option '{option.Name}' needs option 'controllers'"));
            return null;
        }

        if (Addresses(text) is not { } addresses)
        {
            return null;
        }

        if (!given.ContainsKey("resource_group"))
        {
            faults.Add("option 'resource_group' is missing: 'controllers' needs it");
        }

        if (!given.ContainsKey("ca_file") && addresses.Any(address => address.Scheme == Uri.UriSchemeHttps))
        {
            faults.Add("option 'ca_file' is missing: without it no certificate of a controller counts");
        }

        // LINSTOR knows no dots, and nothing shorter than two characters.
        faults.AddRange(resources.Where(name => !LinstorName().IsMatch(name)).Select(name => $"option 'resources': LINSTOR cannot call a resource '{name}'"));
        return new ControllerOptions(
            [.. addresses], given.GetValueOrDefault("ca_file"), given.GetValueOrDefault("token_file"), given.GetValueOrDefault("resource_group", ""), ControllerOptions.Copies);
    }

    /// <summary>Whether LINSTOR can call a snapshot or resource so.</summary>
    public static bool IsLinstorName(string name) => LinstorName().IsMatch(name);

    private static string? WrongControllers(string value) => Addresses(value) is not null
        ? null
        : $"'{value}' must be 1 to {ControllerOptions.MostControllers} addresses such as https://c1:3371, none twice, without a path; http:// only to this node itself";

    private static string? WrongGroup(string value) => value.Length is > 1 and <= 48 && GroupName().IsMatch(value) ? null : $"'{value}' cannot be the name of a resource group";

    private static string? WrongCount(string value) => value == "2" ? null : $"'{value}' must be 2: this backend knows two copies";

    private static List<Uri>? Addresses(string value)
    {
        var read = new List<Uri>();
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            // A token, or an order, must not go over a wire that anybody can read or change.
            if (!Uri.TryCreate(part, UriKind.Absolute, out var address) || !part.StartsWith(address.Scheme + "://", StringComparison.Ordinal)
                || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
                || address.UserInfo.Length > 0 || address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.Host.Length == 0 || read.Contains(address))
            {
                return null;
            }

            read.Add(address);
        }

        return read.Count is > 0 and <= ControllerOptions.MostControllers ? read : null;
    }

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_-]{1,47}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinstorName();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9_-]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupName();
}
