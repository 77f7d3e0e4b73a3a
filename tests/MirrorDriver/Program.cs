using NodeAgent.MirrorDriver;

if (args is not [var configuration])
{
    await Console.Error.WriteLineAsync("usage: NodeAgent.MirrorDriver CONFIGURATION.json");
    return 2;
}

return await new Driver(DriverSettings.Read(configuration)).RunAsync();
