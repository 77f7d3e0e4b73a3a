using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A field as it counts, and where that comes from.</summary>
/// <param name="Field">Its path; items of named lists by their name.</param>
/// <param name="Value">Its value, always written in the same way.</param>
/// <param name="Place">Where it was set; null for a default.</param>
/// <param name="Replaced">Where it was set too, in files that come earlier.</param>
internal sealed record ConfigLine(string Field, string Value, Place? Place, IReadOnlyList<Place> Replaced)
{
    /// <summary>The line of <c>config show --origin</c>.</summary>
    public override string ToString()
    {
        var replaced = Replaced.Count == 0 ? string.Empty : $", instead of {string.Join(", ", Replaced)}";
        return $"{Field} = {Value}  # {Place?.ToString() ?? "default"}{replaced}";
    }
}
