namespace NodeAgent.Daemon.Tuning;

/// <summary>How far a record is.</summary>
internal enum TunePhase
{
    /// <summary>Some values may be written, others not.</summary>
    Applying = 0,

    /// <summary>All values were written and read back.</summary>
    Applied,

    /// <summary>Some values may be brought back, others not.</summary>
    Reverting,
}
