namespace NodeAgent.Guard.Deciding;

/// <summary>What became of a message. Part of the wire format: numbers stay.</summary>
internal enum Verdict : byte
{
    Accepted = 0,
    Malformed = 1,
    Stranger = 2,
    OtherBoot = 3,
    DeadlinePassed = 4,
    DeadlineTooFar = 5,
    DeadlineGoesBack = 6,
    OldEpoch = 7,
    NotArmed = 8,
    NoDevice = 9,
    Condemned = 10,
    StillArmed = 11,

    /// <summary>No answer to anything: the phase changed, and everybody is told.</summary>
    Notice = 255,
}
