namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>How a check went.</summary>
public enum VerifyResult
{
    /// <summary>As it should.</summary>
    Passed = 0,

    /// <summary>Not as it should.</summary>
    Failed,

    /// <summary>It could not be tried; the reason says why.</summary>
    Skipped,
}
