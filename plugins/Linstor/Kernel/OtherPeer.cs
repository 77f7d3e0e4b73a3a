namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>A peer that does not have the other copy, as the kernel has it.</summary>
/// <param name="Name">Its name in the connection.</param>
/// <param name="Connection">"Connected", "Connecting".</param>
/// <param name="Role">Its role; "Unknown" while it does not answer.</param>
/// <param name="IsDiskless">It has no disk: it votes, or only reads and writes over the network. False also if that is not known.</param>
internal sealed record OtherPeer(string Name, string Connection, string Role, bool IsDiskless);
