using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>A configuration on its way: what checks look at.</summary>
/// <param name="Config">As far as it was understood.</param>
/// <param name="Values">What the files set.</param>
/// <param name="Start">The place for what was set nowhere.</param>
/// <param name="Sources">What else the configuration depends on.</param>
internal sealed record ConfigDraft(AgentConfig Config, ConfigValues Values, Place Start, ConfigSources Sources)
{
    /// <summary>Where a field was set, or the nearest thing to point at.</summary>
    public Place PlaceOf(string field) => Values.PlaceOf(field) ?? Start;
}
