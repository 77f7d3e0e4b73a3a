namespace NodeAgent.Contract;

/// <summary>An answer about something seen from afar. "Could not look" is an answer of its own and never means no.</summary>
public enum Answer
{
    /// <summary>It could not be found out.</summary>
    Unknown = 0,

    /// <summary>It was looked at and is not so.</summary>
    No = 1,

    /// <summary>It was looked at and is so.</summary>
    Yes = 2,
}
