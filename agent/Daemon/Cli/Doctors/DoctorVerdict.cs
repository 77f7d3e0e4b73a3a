namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>How a finding is.</summary>
internal enum DoctorVerdict
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>It could not be looked at; the reason says why.</summary>
    Skipped,

    /// <summary>It works, and should be mended.</summary>
    Warning,

    /// <summary>It does not work, or is dangerous.</summary>
    Failed,
}
