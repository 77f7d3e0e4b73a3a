using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>Named sets of native properties. None weakens what a flush promises: sync stays "standard".</summary>
internal static class Profiles
{
    /// <summary>Properties that a volume may be given, and for which kind; all else is refused.</summary>
    private static readonly Dictionary<string, VolumeKind?> Allowed = new(StringComparer.Ordinal)
    {
        ["compression"] = null,
        ["checksum"] = null,
        ["copies"] = null,
        ["logbias"] = null,
        ["primarycache"] = null,
        ["secondarycache"] = null,
        ["redundant_metadata"] = null,
        ["recordsize"] = VolumeKind.Filesystem,
        ["special_small_blocks"] = VolumeKind.Filesystem,
        ["atime"] = VolumeKind.Filesystem,
        ["relatime"] = VolumeKind.Filesystem,
        ["xattr"] = VolumeKind.Filesystem,
        ["acltype"] = VolumeKind.Filesystem,
        ["aclinherit"] = VolumeKind.Filesystem,
        ["dnodesize"] = VolumeKind.Filesystem,
        ["exec"] = VolumeKind.Filesystem,
        ["setuid"] = VolumeKind.Filesystem,
        ["devices"] = VolumeKind.Filesystem,
        ["snapdir"] = VolumeKind.Filesystem,
        ["volblocksize"] = VolumeKind.Block,
    };

    private static readonly Dictionary<string, (string Name, string Value)[]> Known = new(StringComparer.Ordinal)
    {
        ["default"] = [("compression", "lz4"), ("atime", "off"), ("xattr", "sa"), ("acltype", "posix"), ("volblocksize", "16K")],
        ["database"] =
        [
            ("compression", "lz4"), ("atime", "off"), ("xattr", "sa"), ("logbias", "latency"), ("recordsize", "16K"),
            ("volblocksize", "16K"),
        ],
        ["archive"] = [("compression", "zstd"), ("atime", "off"), ("xattr", "sa"), ("recordsize", "1M"), ("volblocksize", "64K")],
    };

    public static IEnumerable<string> Names => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>The name of the profile that is meant by a specification.</summary>
    public static string NameOf(VolumeSpec spec) => spec.Profile.Length == 0 ? "default" : spec.Profile;

    /// <summary>"name=value" for each property of a volume, ordered by name; or what is wrong with the request.</summary>
    public static Outcome<IReadOnlyList<string>> PropertiesOf(VolumeSpec spec, string what)
    {
        if (!Known.TryGetValue(NameOf(spec), out var profile))
        {
            return Wrong(what, $"there is no profile '{spec.Profile}'", $"Use one of: {string.Join(", ", Names)}.");
        }

        var properties = profile.Where(property => Fits(property.Name, spec.Kind))
            .ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);
        foreach (var (name, value) in spec.Properties)
        {
            if (!Allowed.ContainsKey(name) || !Fits(name, spec.Kind))
            {
                return Wrong(
                    what,
                    $"property '{name}' cannot be given to a {(spec.Kind == VolumeKind.Block ? "block volume" : "filesystem")}",
                    $"These can: {string.Join(", ", Allowed.Keys.Where(key => Fits(key, spec.Kind)).Order(StringComparer.Ordinal))}.");
            }

            if (value.Length is 0 or > 32 || !value.All(char.IsAsciiLetterOrDigit))
            {
                // "zstd-3" is the one kind of value with a dash.
                if (!(value.Length <= 32 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && value is not ['-', ..]))
                {
                    return Wrong(what, $"property '{name}' cannot have the value '{value}'", "Use letters, digits and dashes.");
                }
            }

            properties[name] = value;
        }

        return properties.OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => $"{property.Key}={property.Value}").ToList();
    }

    /// <summary>Properties that a clone takes over from where it was cloned from.</summary>
    public static IEnumerable<string> TakenOver(VolumeKind kind) =>
        Allowed.Keys.Where(key => key != "volblocksize" && Fits(key, kind)).Order(StringComparer.Ordinal);

    private static bool Fits(string property, VolumeKind kind) => Allowed[property] is null || Allowed[property] == kind;

    private static Fault Wrong(string what, string why, string next) => new(FaultCode.InvalidArgument, what, why, next, Retry.Never);
}
