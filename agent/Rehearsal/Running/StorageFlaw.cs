namespace NodeAgent.Rehearsal.Running;

/// <summary>What storage that keeps its copies itself does wrong: a mistake that a plugin could make, and that must be caught.</summary>
internal enum StorageFlaw
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Writes go on without a copy before it is recorded that the copy misses them.</summary>
    WritesOnBeforeItIsRecorded,

    /// <summary>A copy that came back is certified before everything was copied.</summary>
    CertifiesTooEarly,

    /// <summary>Any copy is offered, and opened.</summary>
    IgnoresCertificates,
}
