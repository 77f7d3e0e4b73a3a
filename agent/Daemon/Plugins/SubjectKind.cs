namespace NodeAgent.Daemon.Plugins;

/// <summary>What a state belongs to.</summary>
public enum SubjectKind
{
    /// <summary>A plugin.</summary>
    Plugin = 0,

    /// <summary>A configured backend.</summary>
    Backend,
}
