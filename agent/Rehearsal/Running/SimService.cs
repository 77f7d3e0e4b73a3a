namespace NodeAgent.Rehearsal.Running;

/// <summary>A service on one node: what the kernel does there, whatever its agent believes.</summary>
internal sealed class SimService
{
    /// <summary>The epoch that its units were opened in.</summary>
    public long Epoch { get; set; }

    /// <summary>True while its units take writes.</summary>
    public bool IsOpen { get; set; }

    /// <summary>True while its parts run.</summary>
    public bool IsRunning { get; set; }

    /// <summary>True while its parts are frozen.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>What it was told to do badly.</summary>
    public bool FailsToStart { get; set; }

    /// <summary>What it was told to do badly.</summary>
    public bool FailsToPromote { get; set; }

    /// <summary>What it was told to do badly.</summary>
    public bool FailsToStop { get; set; }

    /// <summary>True time since which its disks here answer nothing; null: they answer.</summary>
    public long? HungSince { get; set; }

    /// <summary>Its disk here has failed: its storage does without, if it can.</summary>
    public bool HasLostDisk { get; set; }

    public bool Hangs => HungSince is not null;

    /// <summary>It behaves again.</summary>
    public void Mend() => (FailsToStart, FailsToPromote, FailsToStop, HungSince, HasLostDisk) = (false, false, false, null, false);
}
