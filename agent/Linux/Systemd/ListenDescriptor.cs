namespace NodeAgent.Linux.Systemd;

/// <summary>A socket that systemd opened for this service.</summary>
/// <param name="Number">The file descriptor.</param>
/// <param name="Name">FileDescriptorName= of the socket unit; "unknown" if none was told.</param>
public readonly record struct ListenDescriptor(int Number, string Name);
