namespace NodeAgent.Guard.Deciding;

/// <summary>A well-formed message and who sent it.</summary>
/// <param name="Connection">Number of the connection, never used twice; 0 is nobody.</param>
/// <param name="SenderUserId">As the kernel says.</param>
/// <param name="SameBoot">The sender read the deadline from the clock of this boot.</param>
/// <param name="DeadlineNanoseconds">On CLOCK_BOOTTIME; nothing is fed from then on.</param>
/// <param name="Epoch">Of the lease; a higher one replaces a lower.</param>
internal readonly record struct GuardMessage(
    MessageKind Kind, ulong Connection, uint SenderUserId, bool SameBoot, long DeadlineNanoseconds, long Epoch);
