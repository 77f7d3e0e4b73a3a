namespace NodeAgent.Linux.Services;

/// <summary>The exit codes that OCF agreed on.</summary>
internal enum OcfExit
{
    Success = 0,
    Generic = 1,
    Arguments = 2,
    Unimplemented = 3,
    Permission = 4,
    Installed = 5,
    Configured = 6,
    NotRunning = 7,
    RunningPromoted = 8,
    FailedPromoted = 9,
}
