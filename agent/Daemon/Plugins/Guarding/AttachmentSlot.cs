namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// Where a guarded backend keeps the plugin's object, so that it can be exchanged under callers: close, wait for the
/// running calls, put the next one in, open.
/// </summary>
internal sealed class AttachmentSlot
{
    private readonly Lock gate = new();
    private Attachment? current;
    private TaskCompletionSource? opened;
    private TaskCompletionSource? idle;
    private Action? closing;
    private Action? emptying;
    private int running;

    public Attachment? Current
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    /// <summary>Calls inside the plugin now, those left behind not counted.</summary>
    public int Running
    {
        get
        {
            lock (gate)
            {
                return running;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (gate)
            {
                return opened is not null;
            }
        }
    }

    /// <summary>The object, to be left again; waits while the slot is closed.</summary>
    public async Task<Attachment?> EnterAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (opened is null)
                {
                    running += current is null ? 0 : 1;
                    return current;
                }

                wait = opened.Task;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    public void Leave()
    {
        lock (gate)
        {
            if (--running == 0)
            {
                idle?.TrySetResult();
            }
        }
    }

    /// <summary>Has <paramref name="letGo"/> called when what waits for events must let go of the plugin's object.</summary>
    public void OnClosing(Action letGo)
    {
        lock (gate)
        {
            closing += letGo;
        }
    }

    public void NoLongerOnClosing(Action letGo)
    {
        lock (gate)
        {
            closing -= letGo;
        }
    }

    /// <summary>Has <paramref name="end"/> called when what may take hours must end too.</summary>
    public void OnEmptying(Action end)
    {
        lock (gate)
        {
            emptying += end;
        }
    }

    public void NoLongerOnEmptying(Action end)
    {
        lock (gate)
        {
            emptying -= end;
        }
    }

    /// <summary>Counts what a call left open, such as a stream; to be left like a call.</summary>
    public void Stay()
    {
        lock (gate)
        {
            running++;
        }
    }

    /// <summary>Closes the slot; the task ends when no call is inside. What may take hours is waited for, or ended if so told.</summary>
    public Task CloseAsync(bool endsLongCalls = false)
    {
        lock (gate)
        {
            opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (running == 0)
            {
                idle.TrySetResult();
            }

            // Told under the lock: who takes itself off the list may be gone right after.
            closing?.Invoke();
            if (endsLongCalls)
            {
                emptying?.Invoke();
            }

            return idle.Task;
        }
    }

    /// <summary>Opens the slot with <paramref name="next"/> in it and gives back what was there.</summary>
    public Attachment? Open(Attachment? next)
    {
        lock (gate)
        {
            var before = current;
            current = next;
            opened?.TrySetResult();
            opened = null;
            return before;
        }
    }
}
