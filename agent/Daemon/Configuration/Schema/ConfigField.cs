namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A field of the configuration, as all of validator, manual and sample know it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Doc">One or two sentences for the operator.</param>
internal abstract record ConfigField(string Name, string Doc);
