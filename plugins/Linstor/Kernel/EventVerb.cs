namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>What a line of events2 tells.</summary>
internal enum EventVerb
{
    /// <summary>It was not understood.</summary>
    Unknown = 0,

    /// <summary>An object that is there: part of the dump at the beginning.</summary>
    Exists,

    /// <summary>A new object.</summary>
    Create,

    /// <summary>An object changed; only what changed is named.</summary>
    Change,

    /// <summary>An object is gone.</summary>
    Destroy,

    /// <summary>A handler program was called.</summary>
    Call,

    /// <summary>A handler program answered.</summary>
    Response,

    /// <summary>A resource has another name now.</summary>
    Rename,

    /// <summary>The dump at the beginning is complete: "exists -".</summary>
    Dumped,

    /// <summary>Events were lost: what is known must be read anew.</summary>
    Skipped,
}
