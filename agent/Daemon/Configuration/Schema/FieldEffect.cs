namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>When a change of a field takes effect.</summary>
internal enum FieldEffect
{
    /// <summary>On <c>systemctl reload nodeagent</c>.</summary>
    Reload = 0,

    /// <summary>When the agent starts.</summary>
    Restart = 1,
}
