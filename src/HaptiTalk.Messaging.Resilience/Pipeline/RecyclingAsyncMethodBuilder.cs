using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Builds the asynchronous methods that every call passes, so that one that has to wait allocates nothing. The runtime's
/// <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/> keeps one state per thread and core, which is too few for calls that
/// wait side by side: all others would be allocated.
/// </summary>
/// <remarks>As with the runtime's, what such a method returns is awaited once.</remarks>
[SuppressMessage("Performance", "CA1822", Justification = "The compiler calls all of it on the builder.")]
internal struct RecyclingAsyncMethodBuilder<TResult>
{
    // Null until the method has to wait for the first time.
    private Run? _run;
    private Exception? _failure;
    private TResult? _result;

    public readonly ValueTask<TResult> Task =>
        _run is { } run ? run.Task
        : _failure is { } failure ? ValueTask.FromException<TResult>(failure)
        : new(_result!);

    public static RecyclingAsyncMethodBuilder<TResult> Create() => default;

    // Every builder of the runtime's begins the same way, and keeps the caller's execution context from what the method does to it.
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine =>
        default(AsyncValueTaskMethodBuilder<TResult>).Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Only called where state machines are classes.
    }

    public void SetResult(TResult result)
    {
        if (_run is { } run)
            run.Succeed(result);
        else
            _result = result;
    }

    public void SetException(Exception exception)
    {
        if (_run is { } run)
            run.Fail(exception);
        else
            _failure = exception;
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.OnCompleted(Suspend(ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.UnsafeOnCompleted(Suspend(ref stateMachine));

    private Action Suspend<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_run is Run<TStateMachine> again)
            return again.Suspended();

        Run<TStateMachine> run = Run<TStateMachine>.Take();
        // This builder is a part of the state machine: it has to know of the run before it is copied.
        _run = run;
        run.StateMachine = stateMachine;
        return run.Suspended();
    }

    /// <summary>One run of a method, from its first wait to when its result has been fetched.</summary>
    private abstract class Run : IValueTaskSource<TResult>
    {
        private ManualResetValueTaskSourceCore<TResult> _ending;

        public ValueTask<TResult> Task => new(this, _ending.Version);

        public void Succeed(TResult result) => _ending.SetResult(result);

        public void Fail(Exception failure) => _ending.SetException(failure);

        public ValueTaskSourceStatus GetStatus(short token) => _ending.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _ending.OnCompleted(continuation, state, token, flags);

        public TResult GetResult(short token)
        {
            // Neither who asks with another's token nor who asks too early may end this one.
            if (_ending.GetStatus(token) == ValueTaskSourceStatus.Pending)
                throw new InvalidOperationException("It has not ended: await it.");
            try
            {
                return _ending.GetResult(token);
            }
            finally
            {
                _ending.Reset();
                Recycle();
            }
        }

        /// <summary>Keeps nothing of the method that has ended.</summary>
        protected abstract void Recycle();
    }

    private sealed class Run<TStateMachine> : Run
        where TStateMachine : IAsyncStateMachine
    {
        private static readonly ObjectPool<Run<TStateMachine>> Unused = new DefaultObjectPool<Run<TStateMachine>>(new Policy(), PoolSize.Calls);
        private static readonly ContextCallback Continue = static run => ((Run<TStateMachine>)run!).StateMachine!.MoveNext();

        private readonly Action _moveNext;
        private ExecutionContext? _context;

        private Run() => _moveNext = MoveNext;

        // A field: the state machine is a value, which moves on in place.
        public TStateMachine? StateMachine;

        public static Run<TStateMachine> Take() => Unused.Get();

        public Action Suspended()
        {
            _context = ExecutionContext.Capture();
            return _moveNext;
        }

        protected override void Recycle()
        {
            StateMachine = default;
            _context = null;
            Unused.Return(this);
        }

        private void MoveNext()
        {
            if (_context is { } context)
                ExecutionContext.Run(context, Continue, this);
            else
                StateMachine!.MoveNext();
        }

        private sealed class Policy : PooledObjectPolicy<Run<TStateMachine>>
        {
            public override Run<TStateMachine> Create() => new();

            public override bool Return(Run<TStateMachine> ended) => true;
        }
    }
}
