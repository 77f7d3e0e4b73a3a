namespace NodeAgent.Daemon.Configuration;

/// <summary>Where a configuration was read from.</summary>
/// <param name="File">Absolute path of the main file.</param>
/// <param name="DropIns">Absolute path of the folder of drop-ins, which need not be there.</param>
internal sealed record ConfigPlace(string File, string DropIns);
