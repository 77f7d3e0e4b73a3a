namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>How long plugins may take, how much at once, and how much misbehaviour is borne.</summary>
public sealed record GuardPolicy
{
    // With more peers than this some streams wait their turn, and are begun again after LaneWait.
    private const int MostPeers = 8;

    /// <summary>For loading, constructors and other calls that must not look at the storage.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For calls that only read.</summary>
    public TimeSpan ReadDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For calls that change volumes and snapshots.</summary>
    public TimeSpan ChangeDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For promotion and demotion, counted from the last sign of progress.</summary>
    public TimeSpan RoleDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stream may stand still because of the plugin.</summary>
    public TimeSpan StreamStall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call waits for another one that is in its way.</summary>
    public TimeSpan LaneWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The policy of a node that sends so many streams to one peer at the same time, and gets as many from it.</summary>
    public static GuardPolicy For(int streamsToPeer)
    {
        var usual = new GuardPolicy();
        return usual with { Streams = Math.Max(usual.Streams, 2 * MostPeers * streamsToPeer) };
    }

    /// <summary>How long a plugin has to stop after it was told to.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a switch of versions waits for running calls.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads at once, per backend.</summary>
    public int Reads { get; init; } = 8;

    /// <summary>Changes at once, per backend; of one unit never more than one. 1 makes a backend strictly single flight.</summary>
    public int Changes { get; init; } = 4;

    /// <summary>Streams at once, per backend.</summary>
    public int Streams { get; init; } = 16;

    /// <summary>Exceptions within <see cref="Window"/> that bring quarantine.</summary>
    public int CrashesToQuarantine { get; init; } = 5;

    /// <summary>Calls left behind within <see cref="Window"/> that bring quarantine; each costs a thread.</summary>
    public int HangsToQuarantine { get; init; } = 3;

    /// <summary>Deaths of the process while a plugin was starting that bring quarantine.</summary>
    public int DeathsToQuarantine { get; init; } = 2;

    /// <summary>How long misbehaviour is remembered.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The first quarantine; each further one is twice as long.</summary>
    public TimeSpan FirstQuarantine { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest quarantine.</summary>
    public TimeSpan LongestQuarantine { get; init; } = TimeSpan.FromHours(12);
}
