namespace NodeAgent.Guard.Devices;

/// <summary>
/// What resets the node if it is not fed. Made, it is attested and at rest: it counts down only from <see cref="TryStart"/> to
/// <see cref="Stop"/>, or always if it cannot be stopped.
/// </summary>
internal abstract class WatchdogDevice
{
    /// <summary>-1 if it is not open.</summary>
    public int Descriptor { get; protected set; } = -1;

    /// <summary>True if it counts down.</summary>
    public bool Runs { get; protected set; }

    /// <summary>From the last feed to the reset, as read back; 0 if it was not attested.</summary>
    public int TimeoutMilliseconds { get; protected set; }

    public int PretimeoutMilliseconds { get; protected set; }

    /// <summary>As in <see cref="Deciding.GuardSight"/>.</summary>
    public uint Flags { get; protected set; }

    /// <summary>True if it is known to be a device of its own that resets this machine.</summary>
    public virtual bool IsHardware => false;

    /// <summary>The driver's name of itself.</summary>
    public byte[] Identity { get; protected set; } = [];

    /// <summary>Sets the timeout and reads it back. Nothing may be owned.</summary>
    public abstract bool Attest(int seconds);

    /// <summary>Lets it count down, fed.</summary>
    public abstract bool TryStart();

    /// <summary>Only this puts the reset off. No allocation, no other effect.</summary>
    public abstract bool Feed();

    /// <summary>Nothing is owned: no more counting down, if it can be stopped.</summary>
    public abstract void Stop();

    /// <summary>The guard ends, and nothing is owned: let go of it for good. One that cannot be stopped gets the longest time.</summary>
    public abstract void Release();

    /// <summary>Takes over one that another guard held; <paramref name="runs"/> is what that one knew. It is not fed by this.</summary>
    public abstract bool TakeOver(int descriptor, bool runs, int timeoutMilliseconds);
}
