namespace NodeAgent.Guard.Deciding;

/// <summary>What the guard saw of itself and of its device. One, written in place. Times are nanoseconds.</summary>
internal sealed class GuardSight
{
    public const uint NoWayOut = 1;
    public const uint Software = 2;
    public const uint Multiplexed = 4;
    public const uint StandIn = 8;
    public const uint Kept = 16;
    public const uint RealTime = 32;
    public const uint Locked = 64;
    public const uint ResetBefore = 128;
    public const int LongestIdentity = 32;

    private readonly byte[] identity = new byte[LongestIdentity];

    /// <summary>From the last feed to the reset, read back from the device; 0 if there is none.</summary>
    public int TimeoutMilliseconds { get; set; }

    /// <summary>How long before the reset the kernel speaks up; 0 if it does not.</summary>
    public int PretimeoutMilliseconds { get; set; }

    public uint Flags { get; set; }

    public long LastFed { get; set; }

    public long MostLate { get; set; }

    public long Refused { get; set; }

    public long FailedFeeds { get; set; }

    /// <summary>Bytes of managed memory that the loop took since it began.</summary>
    public long Allocated { get; set; }

    /// <summary>The driver's name of itself, zero-padded ASCII.</summary>
    public ReadOnlySpan<byte> Identity => identity;

    public void Identify(ReadOnlySpan<byte> name)
    {
        identity.AsSpan().Clear();
        name[..Math.Min(name.Length, LongestIdentity)].CopyTo(identity);
    }
}
