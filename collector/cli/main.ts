console.log('reeve');
