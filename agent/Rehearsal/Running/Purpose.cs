namespace NodeAgent.Rehearsal.Running;

/// <summary>What a draw is for.</summary>
internal enum Purpose
{
    /// <summary>How long a change of the store is under way to a node.</summary>
    Watch = 1,

    /// <summary>How long a question is under way to the store.</summary>
    Ask,

    /// <summary>How long its answer is under way.</summary>
    Answer,

    /// <summary>Whether an answer is lost.</summary>
    LostAnswer,

    /// <summary>How long opening units takes.</summary>
    Promote,

    /// <summary>How long starting takes.</summary>
    Start,

    /// <summary>How long stopping takes.</summary>
    Stop,

    /// <summary>How long closing units takes.</summary>
    Close,

    /// <summary>How long it takes to kill and close everything.</summary>
    Release,

    /// <summary>How long looking takes.</summary>
    Look,

    /// <summary>How long cutting power takes.</summary>
    Fence,

    /// <summary>How late the watchdog fires.</summary>
    Watchdog,

    /// <summary>How long a boot takes.</summary>
    Boot,

    /// <summary>How late the store ends a lease.</summary>
    Sweep,

    /// <summary>How long an agent takes to start again.</summary>
    Restart,
}
