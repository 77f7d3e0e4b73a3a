namespace NodeAgent.Linux.Modules;

/// <summary>A parameter of a loaded kernel module.</summary>
/// <param name="Text">Its value as the kernel shows it, without the line end.</param>
/// <param name="IsWritable">Whether it can be written while the module is loaded.</param>
public sealed record ModuleParameter(string Text, bool IsWritable);
