namespace NodeAgent.Linux.Guard;

/// <summary>What became of a message. The numbers are the guard's.</summary>
internal enum GuardVerdict : byte
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
    Notice = 255,
}
