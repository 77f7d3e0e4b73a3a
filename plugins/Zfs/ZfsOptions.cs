using System.Text.RegularExpressions;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>The options of a backend, checked.</summary>
/// <param name="Root">The dataset below which all units lie: "tank/nodeagent".</param>
/// <param name="Mountpoint">Where the root is mounted if the backend has to make it.</param>
internal sealed partial record ZfsOptions(string Root, string Mountpoint)
{
    public string Pool => Root.Split('/')[0];

    /// <summary>The dataset names of ZFS may have 255 characters; the root leaves room for "/unit/volume@snapshot".</summary>
    public const int MaxRootLength = 60;

    public static IReadOnlyList<BackendOption> All { get; } =
    [
        new("root", "The dataset that holds all units, such as tank/nodeagent; made with the first unit.", true, CheckRoot),
        new("mountpoint", "Where the root is mounted if it has to be made; /nodeagent/BACKEND by default.", false, CheckPath),
    ];

    public static Outcome<ZfsOptions> From(BackendContext context)
    {
        var options = context.Options;
        var faults = new List<string>();
        foreach (var option in All)
        {
            if (!options.TryGetValue(option.Name, out var value))
            {
                if (option.Required)
                {
                    faults.Add($"option '{option.Name}' is missing");
                }
            }
            else if (option.Check(value) is { } wrong)
            {
                faults.Add($"option '{option.Name}': {wrong}");
            }
        }

        faults.AddRange(options.Keys.Where(key => All.All(option => option.Name != key)).Order(StringComparer.Ordinal)
            .Select(key => $"option '{key}' is not known"));
        if (faults.Count > 0)
        {
            return new Fault(
                FaultCode.InvalidArgument,
                $"cannot make backend {context.Id}",
                string.Join("; ", faults),
                "Correct the options of this backend in the configuration.",
                Retry.Never);
        }

        return new ZfsOptions(options["root"], options.GetValueOrDefault("mountpoint", $"/nodeagent/{context.Id}"));
    }

    private static string? CheckRoot(string value) => value.Length <= MaxRootLength && RootPattern().IsMatch(value)
        ? null
        : $"'{value}' must be a dataset below a pool, such as tank/nodeagent, of at most {MaxRootLength} characters";

    private static string? CheckPath(string value) => value.Length <= 200 && PathPattern().IsMatch(value)
        ? null
        : $"'{value}' must be an absolute path of letters, digits, '.', '_', '-' and '/'";

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RootPattern();

    [GeneratedRegex(@"\A(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathPattern();
}
