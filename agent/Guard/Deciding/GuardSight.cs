namespace NodeAgent.Guard.Deciding;

/// <summary>What the guard saw of itself and of its device. Times are nanoseconds.</summary>
internal record struct GuardSight
{
    public const uint NoWayOut = 1;
    public const uint Software = 2;
    public const uint Multiplexed = 4;
    public const uint StandIn = 8;
    public const uint Kept = 16;

    /// <summary>From the last feed to the reset, read back from the device; 0 if there is none.</summary>
    public int TimeoutMilliseconds { get; set; }

    public uint Flags { get; set; }

    public long LastFed { get; set; }

    public long MostLate { get; set; }

    public long Refused { get; set; }

    public long FailedFeeds { get; set; }
}
