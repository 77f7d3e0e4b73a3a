namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>The user properties that the agent keeps in ZFS.</summary>
internal static class Keys
{
    /// <summary>On a unit: the newest epoch durably seen.</summary>
    public const string Epoch = "io.nodeagent:epoch";

    /// <summary>On a unit: whose the head is, <see cref="Own"/> or <see cref="Received"/>.</summary>
    public const string Head = "io.nodeagent:head";

    /// <summary>The head was last written by this node as the writer; its unsnapshotted writes count.</summary>
    public const string Own = "own";

    /// <summary>The head is what streams brought; anything else in it is not wanted.</summary>
    public const string Received = "received";

    /// <summary>On the root, inherited by all below: the one "node/backend" that may use it.</summary>
    public const string Owner = "io.nodeagent:owner";

    /// <summary>On a volume: the profile it was made with.</summary>
    public const string Profile = "io.nodeagent:profile";

    /// <summary>
    /// On a volume: "guid:bytes" after a rollback to the snapshot of that guid, when ZFS counts so many bytes as written
    /// although the head equals the snapshot. Never taken from a stream.
    /// </summary>
    public const string Clean = "io.nodeagent:clean";

    /// <summary>On a unit while it goes back to a snapshot: "kept,snapshot", see <see cref="Partings.Parting"/>. Gone when that is done.</summary>
    public const string Parting = "io.nodeagent:parting";

    /// <summary>On a unit that keeps what a copy had and its writer has not: "unit,snapshot,milliseconds".</summary>
    public const string Kept = "io.nodeagent:kept";

    /// <summary>On a snapshot: the volumes that it was made of, separated by commas. Travels with the stream.</summary>
    public const string Volumes = "io.nodeagent:volumes";

    /// <summary>On a snapshot: the wall clock in milliseconds just before it was made. Travels with the stream.</summary>
    public const string Taken = "io.nodeagent:taken";
}
